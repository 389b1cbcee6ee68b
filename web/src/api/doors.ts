import { queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import type { Relation, Restriction } from './types';

/** Every closed record. */
export const restrictionsQuery = queryOptions({
  queryKey: ['restrictions'],
  queryFn: ({ signal }) => getJson<Restriction[]>('api/governance/restrictions', undefined, signal),
});

export interface Closing {
  patient_key: string;
  reason: string;
}

/** Close a patient's record to all but those who care for them. */
export const closeRecord = (closing: Closing): Promise<Restriction> =>
  sendJson('POST', 'api/governance/restrictions', closing);

/** Open a closed record. */
export const openRecord = (closing: Closing): Promise<void> =>
  sendJson('POST', 'api/governance/restrictions/lift', closing);

/** What a principal, as in `person:ada`, has to do with patients and studies. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const relationsQuery = (principal: string) =>
  queryOptions({
    queryKey: ['relations', principal],
    queryFn: ({ signal }) =>
      getJson<Relation[]>('api/governance/relations', new URLSearchParams({ principal }), signal),
    enabled: principal !== '',
  });

/** Say who orders, reads or cares. */
export const relate = (relation: Relation): Promise<void> =>
  sendJson('PUT', 'api/governance/relations', [relation]);

/** End a relation. */
export function unrelate({ principal, relation, patient_key, study_uid }: Relation): Promise<void> {
  const query = new URLSearchParams({ principal, relation, patient: patient_key, study: study_uid });
  return sendJson('DELETE', `api/governance/relations?${query.toString()}`);
}
