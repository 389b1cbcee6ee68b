import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { everywhereQuery, type Everywhere } from '@/api/everywhere';
import { studiesQuery } from '@/api/studies';
import type { Asked, EverywhereRow, StudyFilter, StudyRow } from '@/api/types';

/** The list of studies, of our own archive page by page, or of all archives as they answer. */
export interface StudyList {
  rows: (StudyRow | EverywhereRow)[];
  /** How many studies there are; when that is not exact, there are at least so many. */
  total: { count: number; exact: boolean } | null | undefined;
  /** How each archive stands in this search; none where only ours is searched. */
  archives: Asked[];
  error: Error | null;
  /** Nothing was heard yet. */
  pending: boolean;
  /** All there is to say was said. */
  settled: boolean;
  busy: boolean;
  onEnd: () => void;
  onRetry: () => void;
}

const NO_ROWS: StudyRow[] = [];
const NO_ARCHIVES: Asked[] = [];

/** Both lists have one shape, so that the page need not know which it shows. */
export function useStudyList(filter: StudyFilter, everywhere: boolean): StudyList {
  const own = useOwnList(filter, !everywhere);
  const all = useEverywhere(filter, everywhere);
  return everywhere ? all : own;
}

function useOwnList(filter: StudyFilter, enabled: boolean): StudyList {
  const answer = useInfiniteQuery({ ...studiesQuery(filter), enabled });
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage } = answer;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? NO_ROWS, [data]);
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  return {
    rows,
    total: data?.pages[0]?.total,
    archives: NO_ARCHIVES,
    error: answer.error,
    pending: answer.isPending,
    settled: answer.isSuccess,
    busy: answer.isFetching,
    onEnd,
    onRetry: () => void answer.refetch(),
  };
}

const nothing = (): void => undefined;

/** What is known while nothing was heard, and of the search before this one. */
const UNHEARD: Everywhere = { rows: [], archives: [], done: false };

function useEverywhere(filter: StudyFilter, enabled: boolean): StudyList {
  const answer = useQuery({ ...everywhereQuery(filter), enabled });
  const { isPlaceholderData: before } = answer;
  const { rows, archives, done } = answer.data ?? UNHEARD;
  const whole = done && archives.every(({ state, more }) => state === 'answered' && !more);
  return {
    rows,
    total: answer.data && { count: rows.length, exact: whole },
    archives: before ? NO_ARCHIVES : archives,
    error: answer.error,
    pending: answer.isPending || before,
    settled: done && !before,
    busy: answer.isFetching,
    onEnd: nothing, // everything that was asked for comes by itself
    onRetry: () => void answer.refetch(),
  };
}
