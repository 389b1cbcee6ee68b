import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import type {
  EnterprisePatient,
  IdentityPair,
  IdentityPolicy,
  IdentityVerb,
  PairPage,
  PairStory,
  PolicyVersion,
} from './types';

const BASE = 'api/viewer/identity';
const LEFT_POLL_MS = 5_000;
const QUEUE_PAGE = 20;

/** Everything here is below one key: a decision may change the queue, the links and any person at once. */
const IDENTITY_KEY = ['identity'];

const path = (...parts: string[]): string => [BASE, ...parts.map(encodeURIComponent)].join('/');

/** Where a pair stands in the queue: asked now, or put off. */
export type QueueState = 'proposed' | 'later';
/** What was said of pairs. */
export type LinkState = 'linked' | 'apart' | 'all';

/** The first page of pairs that people are asked about, the surest first; it grows while records are still matched. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const queueQuery = (state: QueueState, cursor = '') =>
  queryOptions({
    queryKey: [...IDENTITY_KEY, 'queue', state, cursor],
    queryFn: ({ signal }) =>
      getJson<PairPage>(
        path('queue'),
        new URLSearchParams({ state, limit: String(QUEUE_PAGE), ...(cursor && { cursor }) }),
        signal,
      ),
    refetchInterval: ({ state: { data } }) => (data && data.left > 0 ? LEFT_POLL_MS : false),
  });

/** A page of what stands, by people and by the machine, the newest first. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const linksQuery = (state: LinkState, cursor = '') =>
  queryOptions({
    queryKey: [...IDENTITY_KEY, 'links', state, cursor],
    queryFn: ({ signal }) =>
      getJson<PairPage>(
        path('links'),
        new URLSearchParams({ state, limit: String(QUEUE_PAGE), ...(cursor && { cursor }) }),
        signal,
      ),
  });

/** A pair, and every state that it was in. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const pairQuery = (pair: string) =>
  queryOptions({
    queryKey: [...IDENTITY_KEY, 'pair', pair],
    queryFn: ({ signal }) => getJson<PairStory>(path('pairs', pair), undefined, signal),
  });

/** The person of a patient's key over all archives; an `ApiError` of 404 where there is none, or none for this person's eyes. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const enterprisePatientQuery = (patientKey: string) =>
  queryOptions({
    queryKey: [...IDENTITY_KEY, 'patient', patientKey],
    queryFn: ({ signal }) =>
      getJson<EnterprisePatient>(`api/viewer/patients/${encodeURIComponent(patientKey)}`, undefined, signal),
  });

/** Say something of a pair as it was read; an `ApiError` of 409 when somebody was faster, or it cannot be so. */
export const decidePair = (pair: IdentityPair, verb: IdentityVerb, note = ''): Promise<IdentityPair> =>
  sendJson<IdentityPair>('POST', path('pairs', pair.key, 'decision'), {
    verb,
    revision: pair.revision,
    note,
  });

export const identityPolicyQuery = queryOptions({
  queryKey: [...IDENTITY_KEY, 'policy'],
  queryFn: ({ signal }) => getJson<PolicyVersion[]>(path('policy', 'history'), undefined, signal),
});

/** Put a policy in force that was drawn up against a version. */
export const putIdentityPolicy = (
  policy: IdentityPolicy,
  basedOn: number,
  reason: string,
): Promise<PolicyVersion> =>
  sendJson<PolicyVersion>('PUT', path('policy'), { policy, based_on: basedOn, reason });

/** Ask anew whatever of identity is on the screen. */
export const identityChanged = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: IDENTITY_KEY });
