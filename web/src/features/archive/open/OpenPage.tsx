import { useDocumentTitle } from '@mantine/hooks';
import { IconLinkOff, IconSearchOff } from '@tabler/icons-react';
import { useQueries, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useMemo, type ReactElement } from 'react';
import { everywhereQuery, type Everywhere } from '@/api/everywhere';
import type { EverywhereRow } from '@/api/types';
import { EmergencyHint } from '@/shared/access';
import { formatDate } from '@/shared/lib/dates';
import { fullName } from '@/shared/lib/person-name';
import { plural } from '@/shared/lib/quantities';
import { LinkButton } from '@/shared/ui/LinkButton';
import { Modality } from '@/shared/ui/Modality';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { listed, titleOf, titlesOf, type Titles } from '../archive-words';
import { ArchivesLine } from '../ArchivesLine';
import { together } from '../timeline';
import { contradicts, meant, searchesOf, stepOf, type Launch } from './launch';
import classes from './OpenPage.module.css';

const route = getRouteApi('/signed-in/open');

interface Found {
  seen: Everywhere[];
  error: Error | null;
}

const UNHEARD: Everywhere = { rows: [], archives: [], done: false };
const joined = (answers: UseQueryResult<Everywhere>[]): Found => ({
  seen: answers.map(({ data }) => data ?? UNHEARD),
  error: answers.find(({ error }) => error)?.error ?? null,
});

/** Opens what another system asks for: at once where it can be nothing else, else to choose from. */
export function OpenPage(): ReactElement {
  useDocumentTitle('Open · Sixfold');
  const launch = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const searches = searchesOf(launch);
  const { seen, error } = useQueries({
    queries: searches.map((filter) => ({ ...everywhereQuery(filter), placeholderData: undefined })),
    combine: joined,
  });
  const rows = useMemo(
    () =>
      meant(
        launch,
        seen.flatMap((one) => one.rows),
      ),
    [launch, seen],
  );
  const step = stepOf(launch, rows, seen);
  const target = step.kind === 'study' ? step.uid : step.kind === 'patient' ? step.key : '';
  useEffect(() => {
    if (step.kind === 'study') void navigate({ to: '/view/$uid', params: { uid: target }, replace: true });
    if (step.kind === 'patient')
      void navigate({ to: '/patients/$key', params: { key: target }, replace: true });
  }, [step.kind, target, navigate]);
  const onRetry = (): void => void client.refetchQueries({ queryKey: ['everywhere'] });

  if (searches.length === 0) return <NothingNamed />;
  if (error) return <ErrorNotice error={error} onRetry={onRetry} />;
  const archives = together(seen.map((one) => one.archives));
  return (
    <div className={classes.page}>
      <h1>{headingOf(step.kind, rows)}</h1>
      <p className={classes.asked}>{askedWords(launch)}</p>
      <div className={classes.line}>
        {archives.length > 0 && <ArchivesLine archives={archives} onRetry={onRetry} />}
      </div>
      {step.kind === 'nothing' ? (
        <Nothing />
      ) : (
        <Choices rows={rows} launch={launch} titles={titlesOf(archives)} />
      )}
    </div>
  );
}

function headingOf(kind: string, rows: readonly EverywhereRow[]): string {
  if (kind === 'nothing') return 'Nothing was found';
  if (kind !== 'choose') return 'Looking for it…';
  return rows.length === 1
    ? 'Is this what you look for?'
    : `Choose one of ${plural(rows.length, 'study', 'studies')}`;
}

/** What was asked for, in words, so that one sees a mistyped number. */
function askedWords({ study, accession, patient, issuer, name, born }: Launch): string {
  const what = study
    ? `Study ${study}`
    : accession
      ? `Accession number ${accession}`
      : `Patient ${patient ?? ''}`;
  const more = [
    issuer && `issued by ${issuer}`,
    name && fullName(name),
    born && `born ${formatDate(born.replaceAll('-', ''))}`,
  ];
  return [what, ...more].filter(Boolean).join(', ');
}

interface ChoicesProps {
  rows: readonly EverywhereRow[];
  launch: Launch;
  titles: Titles;
}

function Choices({ rows, launch, titles }: ChoicesProps): ReactElement {
  return (
    <ul className={classes.list} aria-label="Studies found">
      {rows.map((row) => (
        <li key={row.study_uid}>
          <Link to="/view/$uid" params={{ uid: row.study_uid }}>
            <span>
              <b>{fullName(row.patient_name)}</b>{' '}
              <span className="mono">{`${row.patient_id ?? 'no number'}, ${row.issuer ?? 'unknown issuer'}`}</span>
              <small>born {formatDate(row.birth_date)}</small>
              {contradicts(launch, row) && (
                <small className={classes.warning}>
                  The other system says that the patient was born on another day.
                </small>
              )}
            </span>
            <span>
              {row.description ?? 'No description'}
              <small>
                {[
                  formatDate(row.study_date),
                  row.accession,
                  listed(row.locations.map(({ source }) => titleOf(titles, source))),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </span>
            <span>
              {row.modalities.map((code) => (
                <Modality key={code} code={code} />
              ))}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Nothing(): ReactElement {
  const navigate = route.useNavigate();
  return (
    <>
      <Notice
        icon={<IconSearchOff size={26} stroke={1.5} />}
        title="No archive that answers has it"
        actions={
          <LinkButton to="/studies" variant="default">
            Search the studies
          </LinkButton>
        }
      >
        <p>
          The number may be mistyped, the images may not have arrived yet, or the record is closed to you.
        </p>
      </Notice>
      <EmergencyHint
        shown
        onDone={({ patient_key }) => void navigate({ to: '/patients/$key', params: { key: patient_key } })}
      />
    </>
  );
}

function NothingNamed(): ReactElement {
  return (
    <Notice
      icon={<IconLinkOff size={26} stroke={1.5} />}
      title="This address names no study and no patient"
      actions={
        <LinkButton to="/studies" variant="default">
          Search the studies
        </LinkButton>
      }
    >
      <p>
        It should say an accession number, a study or a patient. Whoever keeps the other system can put it
        right.
      </p>
    </Notice>
  );
}
