import { Button, Menu } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconBan, IconDots, IconDownload, IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { studyZipAddress } from '@/api/series';
import { seriesQuery } from '@/api/series-queries';
import { may, sessionQuery } from '@/api/session';
import { studyQuery } from '@/api/study';
import type { StudyRow } from '@/api/types';
import { Missing } from '@/shared/access';
import { age, formatDate, formatInstant, formatTime } from '@/shared/lib/dates';
import { displayName, fullName } from '@/shared/lib/person-name';
import { plural } from '@/shared/lib/quantities';
import { useHotkeys } from '@/shared/lib/hotkeys';
import { ErrorNotice } from '@/shared/ui/Notice';
import { Fact, PatientHead } from '@/shared/ui/PatientHead';
import { isEverywhere, OWN } from './archive-words';
import { HeldBy } from './HeldBy';
import { Priors } from './Priors';
import { RejectDialog } from './RejectDialog';
import { SeriesList } from './SeriesList';
import classes from './StudyPage.module.css';

const route = getRouteApi('/signed-in/studies/$uid');

export function StudyPage(): ReactElement {
  const { uid } = route.useParams();
  const navigate = route.useNavigate();
  const { data: study, error, refetch } = useQuery(studyQuery(uid));
  const series = useQuery(seriesQuery(uid));
  useDocumentTitle(`${study ? fullName(study.patient_name) : 'Study'} · Sixfold`);
  useHotkeys({
    Enter: () => void navigate({ to: '/view/$uid', params: { uid } }),
    Escape: () => {
      window.history.back();
    },
  });
  if (error) return <Missing error={error} what="study" onRetry={() => void refetch()} />;
  if (!study) return <div aria-busy="true" />;
  return (
    <div className={classes.page}>
      <PatientHead patient={study} link />
      <div className={classes.title}>
        <div>
          <h2>{study.description ?? 'No description'}</h2>
          <p>
            {[
              `${formatDate(study.study_date)} ${formatTime(study.study_time)}`,
              plural(study.series, 'series', 'series'),
              plural(study.instances, 'image'),
            ].join(' · ')}
          </p>
        </div>
        <Actions study={study} />
      </div>
      <HeldBy uid={uid} />
      <Details study={study} />
      <h2 className={classes.section}>Series</h2>
      {series.isError ? (
        <ErrorNotice error={series.error} onRetry={() => void series.refetch()} />
      ) : (
        <SeriesList series={series.data ?? []} />
      )}
      <Priors uid={uid} />
    </div>
  );
}

/** Whether our own archive has a copy: what others hold is not ours to reject. */
const isHere = (study: StudyRow): boolean =>
  !isEverywhere(study) || study.locations.some(({ source }) => source === OWN);

function Details({ study }: { study: StudyRow }): ReactElement {
  return (
    <dl className={classes.details}>
      <Fact name="Accession" value={<span className="mono">{study.accession ?? '–'}</span>} />
      <Fact name="Age at study" value={age(study.birth_date, study.study_date) ?? '–'} />
      <Fact name="Facility" value={study.institution ?? '–'} />
      <Fact name="Referring" value={study.referring ? displayName(study.referring).primary : '–'} />
      <Fact name="Received" value={formatInstant(study.received_at)} />
      <Fact name="Study UID" value={<span className="mono">{study.study_uid}</span>} />
    </dl>
  );
}

function Actions({ study }: { study: StudyRow }): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const [rejecting, setRejecting] = useState(false);
  return (
    <div className={classes.actions}>
      <Button
        leftSection={<IconPhoto size={16} stroke={1.7} />}
        size="sm"
        renderRoot={(props) => <Link to="/view/$uid" params={{ uid: study.study_uid }} {...props} />}
      >
        Open images
      </Button>
      <Button
        component="a"
        href={studyZipAddress(study.study_uid)}
        download={`${study.study_uid}.zip`}
        variant="default"
        size="sm"
        leftSection={<IconDownload size={16} stroke={1.7} />}
      >
        Download
      </Button>
      {may(session, 'reject') && isHere(study) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" size="sm" px={9} aria-label="More actions">
              <IconDots size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconBan size={15} stroke={1.6} />}
              onClick={() => {
                setRejecting(true);
              }}
            >
              Reject this study…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <RejectDialog
        study={study}
        opened={rejecting}
        onClose={() => {
          setRejecting(false);
        }}
      />
    </div>
  );
}
