import { CHANGES, type AuditFilter } from '@/api/audit';
import { patientKey } from '@/shared/lib/patient-key';
import { actorOf } from '../access/names';

/** What stands in the fields of the filter; times are local, as `datetime-local` has them. */
export interface Draft {
  since: string;
  until: string;
  actor: string;
  action: string;
  patientId: string;
  issuer: string;
  study: string;
  denied: boolean;
}

export const NO_DRAFT: Draft = {
  since: '',
  until: '',
  actor: '',
  action: '',
  patientId: '',
  issuer: '',
  study: '',
  denied: false,
};

export const ACTIONS = [
  { value: 'search', label: 'Search' },
  { value: 'read', label: 'Read' },
  { value: 'store', label: 'Store' },
  { value: 'annotate', label: 'Annotate' },
  { value: 'reject', label: 'Reject' },
  { value: 'break-glass', label: 'Take emergency access' },
  { value: 'review', label: 'Review' },
  { value: 'restrict', label: 'Close and open records' },
  { value: 'relate', label: 'Relate' },
  { value: 'govern', label: 'Govern' },
  { value: 'administer', label: 'Administer' },
  { value: 'audit', label: 'Audit' },
  { value: CHANGES, label: 'Changes, not accesses' },
];

const DAY_MS = 24 * 3_600_000;

/** The day that ends at a moment in milliseconds, to the minute. */
export function lastDay(now: number): AuditFilter {
  const start = new Date(now - DAY_MS);
  start.setSeconds(0, 0);
  return { since: start.toISOString() };
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** An instant as a `datetime-local` field shows it, in the reader's zone. */
function localOf(iso: string | undefined): string {
  if (!iso) return '';
  const at = new Date(iso);
  const day = [at.getFullYear(), pad(at.getMonth() + 1), pad(at.getDate())].join('-');
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

const instantOf = (local: string): string | undefined => (local ? new Date(local).toISOString() : undefined);

/** The fields that show a filter's times. */
export const draftOf = ({ since, until }: AuditFilter): Draft => ({
  ...NO_DRAFT,
  since: localOf(since),
  until: localOf(until),
});

/** The filter that the fields ask for; an ID with a bar in it is a patient's key. */
export function filterOf(draft: Draft): AuditFilter {
  const id = draft.patientId.trim();
  return {
    since: instantOf(draft.since),
    until: instantOf(draft.until),
    actor: actorOf(draft.actor) || undefined,
    action: draft.action || undefined,
    patient: (id.includes('|') ? id : id && patientKey(id, draft.issuer)) || undefined,
    study: draft.study.trim() || undefined,
    denied: draft.denied || undefined,
  };
}
