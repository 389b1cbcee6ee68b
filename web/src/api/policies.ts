import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client';
import type { Activation, PolicyText } from './types';

/** Which version of the policies was in force since when, the one in force first. */
export const policyHistoryQuery = queryOptions({
  queryKey: ['policies'],
  queryFn: ({ signal }) => getJson<Activation[]>('api/governance/policies', undefined, signal),
});

/** The text of a version, which never changes. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const policyTextQuery = (version: string) =>
  queryOptions({
    queryKey: ['policies', version],
    queryFn: ({ signal }) =>
      getJson<PolicyText>(`api/governance/policies/${encodeURIComponent(version)}`, undefined, signal),
    staleTime: Infinity,
    enabled: version !== '',
  });
