import { useDebouncedCallback, useDocumentTitle, useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { isFederated } from '@/api/archive-root';
import { standingsQuery } from '@/api/sources';
import { facilities } from '@/api/studies';
import type { StudyRow } from '@/api/types';
import { EmergencyHint } from '@/shared/access';
import { useHotkeys } from '@/shared/lib/hotkeys';
import { formatCount } from '@/shared/lib/quantities';
import { useStored } from '@/shared/lib/stored';
import { ErrorNotice } from '@/shared/ui/Notice';
import { titlesOf } from './archive-words';
import { ArchivesLine } from './ArchivesLine';
import { COLUMNS, DEFAULT_COLUMNS, type Column } from './columns';
import { heldColumn } from './Held';
import { NoStudies } from './NoStudies';
import { FilterBar } from './FilterBar';
import { move } from './selection';
import { isNarrowed, readSearch, toFilter, type StudySearch } from './search-params';
import { StudyGrid } from './StudyGrid';
import { useStudyList } from './useStudyList';
import classes from './SearchPage.module.css';

const route = getRouteApi('/signed-in/studies');
const TYPING_PAUSE_MS = 120;
/** So short an answer may leave out what is closed. */
const FEW = 5;
const isIds = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((id) => typeof id === 'string') && value.length > 0;

const totalWords = ({ count, exact }: { count: number; exact: boolean }): string =>
  `${formatCount(count, exact)} ${count === 1 ? 'study' : 'studies'}`;

const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';

/** Whether all archives are searched, as it was chosen last; nothing where there is only ours. */
function useScope(): { everywhere: boolean | undefined; setEverywhere: (all: boolean) => void } {
  const { data } = useQuery(standingsQuery);
  const [all, setAll] = useStored('everywhere', true, isFlag);
  return { everywhere: isFederated(data) ? all : undefined, setEverywhere: setAll };
}

/** The columns that were chosen; with all archives one that names them. */
function useColumns(
  everywhere: boolean | undefined,
): [columns: Column[], ids: string[], setIds: (ids: string[]) => void] {
  const { data } = useQuery(standingsQuery);
  const [ids, setIds] = useStored('columns', DEFAULT_COLUMNS, isIds);
  const columns = useMemo(() => {
    const chosen = COLUMNS.filter(({ id, always }) => always ?? ids.includes(id));
    if (!everywhere) return chosen;
    const place = chosen.findIndex(({ id }) => id === 'study_date') + 1;
    return chosen.toSpliced(place, 0, heldColumn(titlesOf(data ?? [])));
  }, [ids, everywhere, data]);
  return [columns, ids, setIds];
}

const isListed = (rows: StudyRow[], pending: boolean): boolean => rows.length > 0 || pending;

export function SearchPage(): ReactElement {
  useDocumentTitle('Studies · Sixfold');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const cards = useMediaQuery('(width < 48rem)', false, { getInitialValueInEffect: false });
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.q ?? '');
  // By its UID: rows come in above it while archives answer.
  const [chosen, setChosen] = useState<string | null>(null);
  const { everywhere, setEverywhere } = useScope();
  const [columns, columnIds, setColumnIds] = useColumns(everywhere);
  const list = useStudyList(toFilter(search), everywhere ?? false);
  const { rows, total } = list;
  const active = useMemo(
    () => (chosen === null ? -1 : rows.findIndex(({ study_uid }) => study_uid === chosen)),
    [rows, chosen],
  );
  const setActive = useCallback(
    (index: number) => {
      setChosen(rows[index]?.study_uid ?? null);
    },
    [rows],
  );

  const apply = useCallback(
    (change: Partial<StudySearch>) => {
      setChosen(null);
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
    setChosen(null);
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
  const moveBy = (key: string) => (): void => {
    setActive(move(active, key, rows.length));
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
        listed={isListed(rows, list.pending)}
        everywhere={everywhere}
        onEverywhere={setEverywhere}
      />
      <div className={classes.count}>
        <span role="status">{total && totalWords(total)}</span>
        <ArchivesLine archives={list.archives} onRetry={list.onRetry} />
        <span className={classes.progress} data-busy={list.busy} />
      </div>
      {list.error && rows.length === 0 ? (
        <ErrorNotice error={list.error} onRetry={list.onRetry} />
      ) : list.settled && rows.length === 0 ? (
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
          onEnd={list.onEnd}
          busy={list.busy}
        />
      )}
      <EmergencyHint
        shown={list.settled && rows.length <= FEW}
        onDone={({ patient_key }) => void navigate({ to: '/patients/$key', params: { key: patient_key } })}
      />
    </div>
  );
}
