import { queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import type { Probe, Source, SourceChange, Standing } from './types';

const SOURCES = 'api/viewer/sources';
const STANDING_MS = 5_000;

const path = (key: string): string => `${SOURCES}/${encodeURIComponent(key)}`;

/** Every remote archive, for who sets them up. */
export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => getJson<Source[]>(SOURCES, undefined, signal),
});

/** How the remote archives stand with the server, for whoever searches. */
export const standingsQuery = queryOptions({
  queryKey: ['standings'],
  staleTime: 60_000,
  queryFn: ({ signal }) => getJson<Standing[]>(`${SOURCES}/state`, undefined, signal),
});

/** The same, followed while one looks at it. */
export const followedStandingsQuery = queryOptions({
  ...standingsQuery,
  staleTime: STANDING_MS,
  refetchInterval: STANDING_MS,
});

/** Make an archive known, or change it; without a credential the one that is kept stays. */
export const putSource = (key: string, change: SourceChange): Promise<Source> =>
  sendJson('PUT', path(key), change);

/** Forget an archive, and its secret. */
export const removeSource = (key: string): Promise<void> => sendJson('DELETE', path(key));

/** Whether an archive answers. */
export const testSource = (key: string): Promise<Probe> => sendJson('POST', `${path(key)}/test`);
