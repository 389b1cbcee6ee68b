import { queryOptions, useQuery } from '@tanstack/react-query';
import { readsEverywhere } from './archive-root';
import { getJson } from './client';
import type { SeriesPresence, StudyState } from './types';

const BRINGING_MS = 1_000;
const WAITING_MS = 4_000;
/** Answers after which a study that nobody brings is not asked about any more. */
const MOST_ANSWERS = 20;

const waits = (state: StudyState | undefined): boolean => state?.series.some((one) => one.waits) ?? false;

/** Where a study is and how much of it is here; asked again while it comes. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const studyStateQuery = (uid: string) =>
  queryOptions({
    queryKey: ['study-state', uid],
    enabled: readsEverywhere(),
    staleTime: WAITING_MS,
    retry: false,
    queryFn: ({ signal }) =>
      getJson<StudyState>(`api/viewer/studies/${encodeURIComponent(uid)}/state`, undefined, signal),
    refetchInterval: ({ state: { data, dataUpdateCount } }) => {
      if (data?.bringing) return BRINGING_MS;
      return waits(data) && dataUpdateCount < MOST_ANSWERS ? WAITING_MS : false;
    },
  });

/** Whether a series can be drawn now; undefined while that is not known, or for as long as none of it is here. */
export function useSeriesPresence(studyUid: string, seriesUid: string): SeriesPresence | 'here' | undefined {
  const { data } = useQuery(studyStateQuery(studyUid));
  if (!readsEverywhere()) return 'here';
  return data?.series.find(({ series_uid }) => series_uid === seriesUid);
}

/**
 * Whether a picture of a series can be had without waiting for another archive; undefined while that is not known. One that waits
 * holds a connection that the images themselves need.
 */
export function useHasPicture(studyUid: string, seriesUid: string): boolean | undefined {
  const { data } = useQuery(studyStateQuery(studyUid));
  if (!readsEverywhere()) return true;
  const found = data?.series.find(({ series_uid }) => series_uid === seriesUid);
  return found && found.here > 0 && !(found.waits && data?.bringing);
}
