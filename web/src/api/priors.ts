import { queryOptions } from '@tanstack/react-query';
import { getJson, request } from './client';
import type { StudyPriors } from './types';

/** Earlier studies of a study's patient over all archives, the most telling first, each with the reasons. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const priorsQuery = (uid: string) =>
  queryOptions({
    queryKey: ['priors', uid],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      getJson<StudyPriors>(`api/viewer/studies/${encodeURIComponent(uid)}/priors`, undefined, signal),
  });

/** Have relevant priors of other archives come here, for as long as the answer is not aborted. */
export async function bringPriorsAhead(uid: string, signal: AbortSignal): Promise<void> {
  const init = { headers: { Accept: 'application/x-ndjson' }, signal };
  const answer = await request(`api/viewer/studies/${encodeURIComponent(uid)}/priors/ahead`, init);
  await answer.text();
}
