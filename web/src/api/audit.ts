import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client';
import type { AuditEvent, EmergencyAccess } from './types';

const PAGE_ROWS = 100;
const ACTIVITY_ROWS = 1000;

/** What of the audit to show; what is absent does not narrow it. Moments are ISO 8601. */
export interface AuditFilter {
  actor?: string | undefined;
  /** An action, or `changes` for what is no access. */
  action?: string | undefined;
  patient?: string | undefined;
  study?: string | undefined;
  denied?: boolean | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export interface AuditAnswer {
  events: AuditEvent[];
  /** Go on from this number; null when there is nothing more. */
  next: number | null;
}

export const CHANGES = 'changes';
/** Above every number that an event can have. */
const NEWEST = 2 ** 53 - 1;

/** Whether an event was a refusal. */
export const isDenied = ({ kind }: AuditEvent): boolean =>
  ['access.denied', 'association.rejected', 'session.refused'].includes(kind);

/** The query string of a filter. */
export function auditSearch({ action, denied, ...filter }: AuditFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ['actor', 'patient', 'study', 'since', 'until'] as const) {
    const value = filter[name];
    if (value) query.set(name, value);
  }
  if (action === CHANGES) query.set('changes', 'true');
  else if (action) query.set('action', action);
  if (denied) query.set('denied', 'true');
  return query;
}

async function ask(query: URLSearchParams, limit: number, signal: AbortSignal): Promise<AuditAnswer> {
  query.set('limit', String(limit));
  const answer = await getJson<{ events: AuditEvent[]; next: number }>('api/governance/audit', query, signal);
  return { events: answer.events, next: answer.events.length < limit ? null : answer.next };
}

/** A page of the events that pass the filter and are older than number `before`, the newest first. */
export function fetchAudit(
  filter: AuditFilter,
  before: number | null,
  signal: AbortSignal,
): Promise<AuditAnswer> {
  const query = auditSearch(filter);
  query.set('before', String(before ?? NEWEST));
  return ask(query, PAGE_ROWS, signal);
}

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const auditQuery = (filter: AuditFilter, before: number | null) =>
  queryOptions({
    queryKey: ['audit', filter, before],
    queryFn: ({ signal }) => fetchAudit(filter, before, signal),
  });

const EMERGENCY = 'emergency';
/** The audit is written a moment later, and other processes of the server believe an access for some seconds more. */
const MARGIN_MS = 60_000;

/** What a person did by an emergency access. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const activityQuery = (access: EmergencyAccess) =>
  queryOptions({
    queryKey: ['audit', 'activity', access.key],
    queryFn: async ({ signal }): Promise<AuditAnswer> => {
      const { principal, patient_key, at } = access;
      const until = new Date(Date.parse(access.until) + MARGIN_MS).toISOString();
      const filter = { actor: principal, patient: patient_key, since: at, until };
      const answer = await ask(auditSearch(filter), ACTIVITY_ROWS, signal);
      return {
        ...answer,
        events: answer.events.filter(({ payload }) => payload.relations?.includes(EMERGENCY)),
      };
    },
  });
