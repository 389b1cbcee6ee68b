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

/** Whether an event passes the filter, as far as it tells; whose a study is only the server knows. */
export function passes(event: AuditEvent, filter: AuditFilter): boolean {
  const { payload } = event;
  const aboutPatient =
    event.subject === filter.patient || (payload.patient_key ?? filter.patient) === filter.patient;
  const wanted =
    filter.action === CHANGES ? !ACCESS.test(event.kind) : payload.action === (filter.action ?? payload.action);
  return (
    wanted &&
    (!filter.actor || event.actor === filter.actor) &&
    (!filter.study || event.subject === filter.study) &&
    (!filter.patient || (aboutPatient && Boolean(payload.study_uid ?? (event.subject === filter.patient)))) &&
    (!filter.denied || isDenied(event)) &&
    (!filter.since || Date.parse(event.at) >= Date.parse(filter.since)) &&
    (!filter.until || Date.parse(event.at) < Date.parse(filter.until))
  );
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
export async function fetchAudit(filter: AuditFilter, after: number, signal: AbortSignal): Promise<AuditAnswer> {
  const found: AuditEvent[] = [];
  let from = after;
  for (let questions = 0; questions < MOST_QUESTIONS; questions++) {
    const page = await getJson<{ events: AuditEvent[] }>(
      'api/governance/audit',
      auditSearch(filter, from),
      signal,
    );
    const passed = page.events.filter((event) => passes(event, filter));
    const room = PAGE_ROWS - found.length;
    found.push(...passed.slice(0, room));
    const last = passed.length > room ? found.at(-1) : page.events.at(-1);
    from = last?.seq ?? from;
    if (passed.length > room) return { events: found, next: from };
    if (page.events.length < ASKED_ROWS) return { events: found, next: null };
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

/** What a person did by an emergency access. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const activityQuery = (access: EmergencyAccess) =>
  queryOptions({
    queryKey: ['audit', 'activity', access.key],
    queryFn: async ({ signal }): Promise<AuditAnswer> => {
      const { principal, patient_key, at, until } = access;
      const filter = { actor: principal, patient: patient_key, since: at, until };
      const answer = await fetchAudit(filter, 0, signal);
      return {
        ...answer,
        events: answer.events.filter(({ payload }) => payload.relations?.includes(EMERGENCY)),
      };
    },
  });
