import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getJson, request } from './client';
import type { Answer, StudyFilter, StudyPage, StudyRow } from './types';

const PAGE_ROWS = 100;

/** The server says "absent" with an empty text; here it is null, so that `??` works. */
export function withoutBlanks<Row extends object>(line: { [Key in keyof Row]: NonNullable<Row[Key]> }): Row {
  const entries = Object.entries(line).map(([key, value]) => [key, value === '' ? null : value]);
  return Object.fromEntries(entries) as Row;
}

/** A page of the list of studies; each field of a row may be absent but for its keys. */
export async function fetchStudies(query: URLSearchParams, signal: AbortSignal): Promise<StudyPage> {
  const page = await getJson<Answer<'/api/studies'>>('api/studies', query, signal);
  return { ...page, rows: page.rows.map(withoutBlanks<StudyRow>) };
}

/** The query string of a search; absent parts are left out. */
export function studySearch(filter: StudyFilter, cursor: string | null, limit = PAGE_ROWS): URLSearchParams {
  const query = new URLSearchParams();
  if (filter.q) query.set('q', filter.q);
  for (const code of filter.modality ?? []) query.append('modality', code);
  if (filter.from) query.set('from', filter.from);
  if (filter.to) query.set('to', filter.to);
  if (filter.institution) query.set('institution', filter.institution);
  if (filter.patient) query.set('patient', filter.patient);
  query.set('limit', String(limit));
  if (cursor) query.set('cursor', cursor);
  return query;
}

/** Studies by filter, page after page; a newer search cancels the older request and keeps its rows on show. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const studiesQuery = (filter: StudyFilter) =>
  infiniteQueryOptions({
    queryKey: ['studies', filter],
    queryFn: ({ pageParam, signal }) => fetchStudies(studySearch(filter, pageParam), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: StudyPage) => last.next,
    placeholderData: keepPreviousData,
  });

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => getJson<Answer<'/api/status'>>('api/status', undefined, signal),
});

/** Facilities seen on the rows so far, for the facility filter. */
export function facilities(rows: StudyRow[]): string[] {
  return [
    ...new Set(rows.map((row) => row.institution).filter((name): name is string => Boolean(name))),
  ].sort();
}

/** Reject a study: it leaves every list and can be restored. */
export async function rejectStudy(uid: string, reason: string): Promise<void> {
  const query = new URLSearchParams({ reason });
  await request(`dicomweb/studies/${uid}`, { method: 'DELETE' }, query);
}

/** Take a rejection back. */
export async function restoreStudy(uid: string): Promise<void> {
  await request(`api/studies/${uid}/restore`, { method: 'POST' });
}
