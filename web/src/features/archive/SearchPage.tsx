import { useDebouncedCallback, useDocumentTitle, useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { facilities, studiesQuery } from '@/api/studies';
import type { StudyRow } from '@/api/types';
import { EmergencyHint } from '@/shared/access';
import { useHotkeys } from '@/shared/lib/hotkeys';
import { formatCount } from '@/shared/lib/quantities';
import { useStored } from '@/shared/lib/stored';
import { ErrorNotice } from '@/shared/ui/Notice';
import { COLUMNS, DEFAULT_COLUMNS } from './columns';
import { NoStudies } from './NoStudies';
import { FilterBar } from './FilterBar';
import { move } from './selection';
import { isNarrowed, readSearch, toFilter, type StudySearch } from './search-params';
import { StudyGrid } from './StudyGrid';
import classes from './SearchPage.module.css';

const route = getRouteApi('/signed-in/studies');
const TYPING_PAUSE_MS = 120;
/** So short an answer may leave out what is closed. */
const FEW = 5;
const isIds = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((id) => typeof id === 'string') && value.length > 0;

const totalWords = ({ count, exact }: { count: number; exact: boolean }): string =>
  `${formatCount(count, exact)} ${count === 1 ? 'study' : 'studies'}`;

const isListed = (rows: StudyRow[], pending: boolean): boolean => rows.length > 0 || pending;

export function SearchPage(): ReactElement {
  useDocumentTitle('Studies · Sixfold');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const cards = useMediaQuery('(width < 48rem)', false, { getInitialValueInEffect: false });
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.q ?? '');
  const [active, setActive] = useState(-1);
  const [columnIds, setColumnIds] = useStored('columns', DEFAULT_COLUMNS, isIds);
  const columns = useMemo(
    () => COLUMNS.filter(({ id, always }) => always ?? columnIds.includes(id)),
    [columnIds],
  );

  const answer = useInfiniteQuery(studiesQuery(toFilter(search)));
  const rows = useMemo(() => answer.data?.pages.flatMap((page) => page.rows) ?? [], [answer.data]);
  const total = answer.data?.pages[0]?.total;

  const apply = useCallback(
    (change: Partial<StudySearch>) => {
      setActive(-1);
      void navigate({ search: (old) => readSearch({ ...old, ...change }), replace: true });
    },
    [navigate],
  );
  const applyText = useDebouncedCallback((q: string) => {
    apply({ q: q.trim() || undefined });
  }, TYPING_PAUSE_MS);
  const onText = (value: string): void => {
    setText(value);
    applyText(value);
  };
  const clear = (): void => {
    setText('');
    setActive(-1);
    void navigate({ search: {}, replace: true });
  };

  const open = useCallback(
    (row: StudyRow | undefined) => {
      if (row) void navigate({ to: '/view/$uid', params: { uid: row.study_uid } });
    },
    [navigate],
  );
  const details = useCallback(
    (row: StudyRow | undefined) => {
      if (row) void navigate({ to: '/studies/$uid', params: { uid: row.study_uid } });
    },
    [navigate],
  );
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = answer;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);

  const moveBy = (key: string) => (): void => {
    setActive((old) => move(old, key, rows.length));
  };
  useHotkeys({
    '/': () => input.current?.select(),
    j: moveBy('ArrowDown'),
    k: moveBy('ArrowUp'),
    ...Object.fromEntries(
      ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'].map((key) => [key, moveBy(key)]),
    ),
    Enter: () => {
      open(rows[active]);
    },
    d: () => {
      details(rows[active]);
    },
    p: () => {
      const row = rows[active];
      if (row) void navigate({ to: '/patients/$key', params: { key: row.patient_key } });
    },
    Escape: clear,
  });
  const onInputKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveBy(event.key)();
    else if (event.key === 'Enter') open(rows[Math.max(0, active)]);
    else if (event.key === 'Escape') clear();
    else return;
    event.preventDefault();
  };

  const busy = answer.isFetching;
  return (
    <div className={classes.page}>
      <h1 className="visually-hidden">Studies</h1>
      <FilterBar
        input={input}
        text={text}
        onText={onText}
        onKey={onInputKey}
        search={search}
        onSearch={apply}
        onClear={clear}
        facilities={facilities(rows)}
        columns={columnIds}
        onColumns={setColumnIds}
        compact={cards}
        listed={isListed(rows, answer.isPending)}
      />
      <div className={classes.count} role="status">
        {total && totalWords(total)}
        <span className={classes.progress} data-busy={busy} />
      </div>
      {answer.isError && rows.length === 0 ? (
        <ErrorNotice error={answer.error} onRetry={() => void answer.refetch()} />
      ) : answer.isSuccess && rows.length === 0 ? (
        <NoStudies narrowed={isNarrowed(search)} onClear={clear} />
      ) : (
        <StudyGrid
          rows={rows}
          total={total?.exact ? total.count : -1}
          columns={columns}
          cards={cards}
          active={active}
          onActive={setActive}
          onOpen={open}
          onDetails={details}
          onEnd={onEnd}
          busy={busy}
        />
      )}
      <EmergencyHint
        shown={answer.isSuccess && rows.length <= FEW}
        onDone={({ patient_key }) => void navigate({ to: '/patients/$key', params: { key: patient_key } })}
      />
    </div>
  );
}
