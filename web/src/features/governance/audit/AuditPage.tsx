import { Button } from '@mantine/core';
import { IconBan, IconDownload, IconListSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { auditQuery, isDenied, type AuditFilter } from '@/api/audit';
import type { AuditEvent } from '@/api/types';
import { saveText, toCsv } from '@/shared/lib/csv';
import { plural } from '@/shared/lib/quantities';
import { Moment } from '@/shared/ui/Moment';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { actorWords } from '../access/names';
import { PageHead } from '../PageHead';
import { AuditFilters } from './AuditFilters';
import { EventPanel } from './EventPanel';
import { lastDay } from './filter';
import { aboutWords, auditTable, whatWords } from './words';
import classes from './audit.module.css';

/** Who did what to whom, and by which policy they might. */
export function AuditPage(): ReactElement {
  const [filter, setFilter] = useState<AuditFilter>(() => lastDay(Date.now()));
  // Before which number each page begins, the one on show last.
  const [starts, setStarts] = useState<(number | null)[]>([null]);
  const [opened, setOpened] = useState<AuditEvent | null>(null);
  const before = starts.at(-1) ?? null;
  const { data, error, refetch, isFetching } = useQuery({
    ...auditQuery(filter, before),
    placeholderData: keepPreviousData,
  });
  const events = data?.events ?? [];
  return (
    <>
      <PageHead
        title="Audit"
        lead="Every access and every change within the time you choose, the newest first."
      >
        <Button
          variant="default"
          leftSection={<IconDownload size={15} stroke={1.7} />}
          disabled={events.length === 0}
          onClick={() => {
            saveText('audit.csv', toCsv(auditTable(events)), 'text/csv');
          }}
        >
          Export what is shown
        </Button>
      </PageHead>
      <AuditFilters
        filter={filter}
        onChange={(next) => {
          setFilter(next);
          setStarts([null]);
        }}
      />
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && (
        <Pages
          count={events.length}
          page={starts.length}
          more={data.next !== null}
          busy={isFetching}
          onBack={() => {
            setStarts(starts.slice(0, -1));
          }}
          onNext={() => {
            if (data.next !== null) setStarts([...starts, data.next]);
          }}
        />
      )}
      {data && events.length === 0 && <Nothing />}
      {events.length > 0 && (
        <Records
          label="Audit events"
          rows={events}
          columns={COLUMNS}
          keyOf={({ seq }) => String(seq)}
          open={opened && String(opened.seq)}
          onOpen={setOpened}
        />
      )}
      <EventPanel
        event={opened}
        onClose={() => {
          setOpened(null);
        }}
      />
    </>
  );
}

function Nothing(): ReactElement {
  return (
    <Notice icon={<IconListSearch size={26} stroke={1.5} />} title="Nothing matches">
      <p>Take a filter away, or choose a longer time.</p>
    </Notice>
  );
}

interface PagesProps {
  count: number;
  page: number;
  more: boolean;
  busy: boolean;
  onBack: () => void;
  onNext: () => void;
}

function Pages({ count, page, more, busy, onBack, onNext }: PagesProps): ReactElement {
  return (
    <div className={classes.pages} aria-busy={busy}>
      <span role="status">
        {page > 1 || more ? `Page ${page} · ${plural(count, 'event')}` : plural(count, 'event')}
      </span>
      {(page > 1 || more) && (
        <>
          <Button variant="default" disabled={page === 1 || busy} onClick={onBack}>
            Previous
          </Button>
          <Button variant="default" disabled={!more || busy} onClick={onNext}>
            Next
          </Button>
        </>
      )}
    </div>
  );
}

const COLUMNS: RecordColumn<AuditEvent>[] = [
  { title: 'Time', width: '11rem', cell: ({ at }) => <Moment at={at} /> },
  { title: 'Who', width: 'minmax(0, 0.8fr)', cell: ({ actor }) => actorWords(actor ?? 'unknown') },
  {
    title: 'What',
    cell: (event) => (
      <span>
        {whatWords(event)}
        {(event.payload.count ?? 1) > 1 && ` × ${event.payload.count ?? 1}`}
        {isDenied(event) && (
          <span className={classes.denied}>
            <IconBan size={14} stroke={1.8} aria-hidden="true" />
            Denied
          </span>
        )}
      </span>
    ),
  },
  {
    title: 'About',
    width: 'minmax(0, 1.6fr)',
    cell: (event) => <span className="mono">{aboutWords(event)}</span>,
  },
];
