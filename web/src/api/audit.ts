import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client';
import type { AuditEvent, EmergencyAccess } from './types';

const ASKED_ROWS = 500;
const PAGE_ROWS = 100;
/** Questions for one page: a rare thing in a long audit is looked for in steps that a person starts. */
const MOST_QUESTIONS = 10;

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
  /** Ask again above this number; null when there is nothing more. */
  next: number | null;
}

const ACCESS = /^(access|association)\./;
export const CHANGES = 'changes';

/** Whether an event was a refusal. */
export const isDenied = ({ kind }: AuditEvent): boolean =>
  ['access.denied', 'association.rejected', 'session.refused'].includes(kind);

/** Whether an event passes what the server does not filter by: the action, and whether it was refused. */
export function passes(event: AuditEvent, { action, denied }: AuditFilter): boolean {
  const wanted = action === CHANGES ? !ACCESS.test(event.kind) : !action || event.payload.action === action;
  return wanted && (!denied || isDenied(event));
}

/** The query string of a filter. */
export function auditSearch(filter: AuditFilter, after: number): URLSearchParams {
  const query = new URLSearchParams({ after: String(after), limit: String(ASKED_ROWS) });
  for (const name of ['actor', 'patient', 'study', 'since', 'until'] as const) {
    const value = filter[name];
    if (value) query.set(name, value);
  }
  return query;
}

/** Events above a number that pass the filter, oldest first: a page of them, or as far as a few questions reach. */
export async function fetchAudit(
  filter: AuditFilter,
  after: number,
  signal: AbortSignal,
): Promise<AuditAnswer> {
  const found: AuditEvent[] = [];
  let from = after;
  for (let questions = 0; questions < MOST_QUESTIONS && found.length < PAGE_ROWS; questions++) {
    const query = auditSearch(filter, from);
    const { events } = await getJson<{ events: AuditEvent[] }>('api/governance/audit', query, signal);
    const passed = events.filter((event) => passes(event, filter));
    const taken = passed.slice(0, PAGE_ROWS - found.length);
    found.push(...taken);
    const whole = taken.length === passed.length;
    if (whole && events.length < ASKED_ROWS) return { events: found, next: null };
    from = (whole ? events : taken).at(-1)?.seq ?? from;
  }
  return { events: found, next: from };
}

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const auditQuery = (filter: AuditFilter, after: number) =>
  queryOptions({
    queryKey: ['audit', filter, after],
    queryFn: ({ signal }) => fetchAudit(filter, after, signal),
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
      const answer = await fetchAudit(filter, 0, signal);
      return {
        ...answer,
        events: answer.events.filter(({ payload }) => payload.relations?.includes(EMERGENCY)),
      };
    },
  });
