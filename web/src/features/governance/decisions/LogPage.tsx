import { Button } from '@mantine/core';
import { IconBook2, IconClockExclamation } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { LOG_KEY, LOG_PAGE, overdueQuery, readLog } from '@/api/decisions';
import type { Logged } from '@/api/types';
import { plural } from '@/shared/lib/quantities';
import { Moment } from '@/shared/ui/Moment';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { PageHead } from '../PageHead';
import { DecisionPanel } from './DecisionPanel';
import { formatDay, OUTCOME_WORDS } from './words';
import classes from './decisions.module.css';

/** Every decision with its votes, who answers for it, and when it is looked at again. */
export function LogPage(): ReactElement {
  const [opened, setOpened] = useState<number | null>(null);
  const { data: overdue = [] } = useQuery(overdueQuery);
  const log = useInfiniteQuery({
    queryKey: LOG_KEY,
    queryFn: ({ pageParam, signal }) => readLog(pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.length < LOG_PAGE ? undefined : last.at(-1)?.decision.number),
  });
  const rows = log.data?.pages.flat();
  const all = [...(rows ?? []), ...overdue];
  return (
    <>
      <PageHead
        title="Decision log"
        lead="What was decided, by which votes, who answers for it, and when it is looked at again. It is only ever added to."
      />
      {log.error && !rows && <ErrorNotice error={log.error} onRetry={() => void log.refetch()} />}
      {overdue.length > 0 && <Overdue overdue={overdue} onOpen={setOpened} />}
      {rows && <Entries rows={rows} opened={opened} onOpen={setOpened} />}
      {log.hasNextPage && (
        <div className={classes.after}>
          <Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
      <DecisionPanel
        logged={all.find(({ decision }) => decision.number === opened)}
        onClose={() => {
          setOpened(null);
        }}
      />
    </>
  );
}

interface EntriesProps {
  rows: Logged[];
  opened: number | null;
  onOpen: (number: number) => void;
}

function Entries({ rows, opened, onOpen }: EntriesProps): ReactElement {
  if (rows.length === 0)
    return (
      <Notice icon={<IconBook2 size={26} stroke={1.5} />} title="Nothing was decided yet">
        <p>Whatever a body decides stands here, with its votes.</p>
      </Notice>
    );
  return (
    <Records
      label="Decisions"
      rows={rows}
      columns={COLUMNS}
      keyOf={({ decision }) => String(decision.number)}
      open={opened === null ? null : String(opened)}
      onOpen={({ decision }) => {
        onOpen(decision.number);
      }}
    />
  );
}

function Overdue({ overdue, onOpen }: { overdue: Logged[]; onOpen: (number: number) => void }): ReactElement {
  return (
    <section className={classes.overdue} aria-label="Overdue reviews">
      <h2>
        <IconClockExclamation size={16} stroke={1.8} aria-hidden="true" />
        {plural(overdue.length, 'decision')} to look at again
      </h2>
      <ul>
        {overdue.map(({ decision, review_by }) => (
          <li key={decision.number}>
            <button
              type="button"
              onClick={() => {
                onOpen(decision.number);
              }}
            >
              {decision.number}. {decision.title}
            </button>
            <small>
              due on {formatDay(review_by)}, carried out by {decision.owner}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

const COLUMNS: RecordColumn<Logged>[] = [
  {
    title: 'Decision',
    width: 'minmax(0, 2fr)',
    cell: ({ decision }) => (
      <b>
        {decision.number}. {decision.title}
      </b>
    ),
  },
  {
    title: 'Outcome',
    width: '8rem',
    cell: ({ decision, in_effect }) => (
      <span>
        {OUTCOME_WORDS[decision.outcome]}
        {in_effect && <small className={classes.effect}>in effect</small>}
      </span>
    ),
  },
  { title: 'On', width: '11rem', cell: ({ decision }) => <Moment at={decision.at} /> },
  {
    title: 'Accountable',
    width: 'minmax(0, 0.8fr)',
    cell: ({ decision }) => decision.accountable || 'nobody',
  },
  { title: 'Owner', width: 'minmax(0, 0.8fr)', cell: ({ decision }) => decision.owner },
  {
    title: 'Look again',
    width: '7rem',
    cell: (logged) =>
      logged.in_effect ? (
        <span className={logged.overdue ? classes.late : undefined}>
          {logged.overdue && 'Overdue since '}
          {formatDay(logged.review_by)}
        </span>
      ) : (
        ''
      ),
  },
];
