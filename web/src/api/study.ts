import { queryOptions } from '@tanstack/react-query';
import { readsEverywhere } from './archive-root';
import { ApiError, getJson } from './client';
import { askEverywhere } from './everywhere';
import { withoutBlanks } from './studies';
import type { Answer, EverywhereRow, StudyRow } from './types';

const absent = (): ApiError =>
  new ApiError(404, {
    title: 'There is no such study here',
    detail: 'It may have been rejected, or it never arrived.',
    do: 'Go back to the studies.',
  });

async function fetchOwn(uid: string, signal: AbortSignal): Promise<StudyRow> {
  const line = await getJson<Answer<'/api/studies/{study}'>>(`api/studies/${uid}`, undefined, signal);
  return withoutBlanks<StudyRow>(line);
}

/** One study over all archives: what the first of them tells is shown at once. */
async function fetchFederated(
  uid: string,
  signal: AbortSignal,
  onSeen: (row: StudyRow) => void,
): Promise<StudyRow> {
  const { rows, archives } = await askEverywhere({ study: uid }, signal, ({ rows: [first] }) => {
    if (first) onSeen(first);
  });
  const [row] = rows;
  if (row) return row;
  const failed = archives.filter(({ state }) => state === 'failed').map(({ title }) => title);
  if (failed.length === 0) throw absent();
  throw new ApiError(404, {
    title: 'No archive that answers has this study',
    detail: `There was no answer from ${failed.join(', ')}.`,
    do: 'Try again in a moment, or go back to the studies.',
  });
}

/** One study by its UID; over all archives it also tells where it is. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const studyQuery = (uid: string) =>
  queryOptions({
    queryKey: ['study', uid],
    queryFn: ({ client, queryKey, signal }): Promise<StudyRow | EverywhereRow> =>
      readsEverywhere()
        ? fetchFederated(uid, signal, (row) => client.setQueryData(queryKey, row))
        : fetchOwn(uid, signal),
  });
