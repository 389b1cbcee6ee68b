import { IconClockExclamation, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { byUrgency, emergenciesQuery, isOverdue } from '@/api/emergency';
import type { EmergencyAccess } from '@/api/types';
import { useNow } from '@/shared/lib/now';
import { patientWords } from '@/shared/lib/patient-key';
import { plural } from '@/shared/lib/quantities';
import { Moment } from '@/shared/ui/Moment';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { PageHead } from '../PageHead';
import { actorWords } from './names';
import { ReviewPanel } from './ReviewPanel';
import classes from './access.module.css';

const MINUTE_MS = 60_000;

/** Every emergency access, what waits for its review first. */
export function ReviewsPage(): ReactElement {
  const { data, error, refetch } = useQuery(emergenciesQuery);
  const [opened, setOpened] = useState<string | null>(null);
  const now = useNow(MINUTE_MS);
  const waiting = data?.filter(({ reviewed_at }) => !reviewed_at).length ?? 0;
  return (
    <>
      <PageHead
        title="Emergency reviews"
        lead="Who opened a record in an emergency, and whether it was justified. Each is reviewed once, within three days, by somebody else."
      />
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Notice icon={<IconShieldCheck size={26} stroke={1.5} />} title="Nobody took emergency access">
          <p>When somebody does, it waits here for its review.</p>
        </Notice>
      )}
      {data && data.length > 0 && (
        <>
          <p className={classes.count} role="status">
            {waiting > 0 ? `${plural(waiting, 'access', 'accesses')} to review` : 'All are reviewed'}
          </p>
          <Records
            label="Emergency accesses"
            rows={byUrgency(data)}
            columns={columns(now)}
            keyOf={({ key }) => key}
            open={opened}
            onOpen={({ key }) => {
              setOpened(key);
            }}
          />
        </>
      )}
      <ReviewPanel
        access={data?.find(({ key }) => key === opened)}
        onClose={() => {
          setOpened(null);
        }}
      />
    </>
  );
}

const columns = (now: number): RecordColumn<EmergencyAccess>[] => [
  { title: 'Who', width: 'minmax(0, 0.8fr)', cell: ({ principal }) => <b>{actorWords(principal)}</b> },
  {
    title: 'Patient',
    cell: ({ patient_key }) => <span className="mono">{patientWords(patient_key)}</span>,
  },
  { title: 'Reason', width: 'minmax(0, 1.6fr)', cell: ({ reason }) => reason },
  { title: 'Taken', cell: ({ at }) => <Moment at={at} /> },
  { title: 'Review', cell: (access) => <State access={access} now={now} /> },
];

function State({ access, now }: { access: EmergencyAccess; now: number }): ReactElement {
  if (access.reviewed_at) return <span>{access.justified ? 'Justified' : 'Not justified'}</span>;
  if (isOverdue(access, now)) {
    return (
      <span className={classes.overdue}>
        <IconClockExclamation size={15} stroke={1.8} aria-hidden="true" />
        <span>
          <b>Overdue</b> since <Moment at={access.review_due} />
        </span>
      </span>
    );
  }
  return (
    <span>
      Due by <Moment at={access.review_due} />
    </span>
  );
}
