import { isDenied } from '@/api/audit';
import type { AuditEvent } from '@/api/types';
import { patientWords } from '@/shared/lib/patient-key';

/** What happened: the action and what it was for, or the event's own name. */
export function whatWords(event: AuditEvent): string {
  const { action, resource } = event.payload;
  if (!action || !event.kind.startsWith('access.')) return event.kind.replace(/[._-]/g, ' ');
  return [action, resource].filter(Boolean).join(' ');
}

/** What it was about: the study, the patient, or what the event says. */
export function aboutWords({ subject, payload }: AuditEvent): string {
  if (payload.study_uid) return payload.study_uid;
  if (payload.patient_key) return patientWords(payload.patient_key);
  return subject?.includes('|') ? patientWords(subject) : (subject ?? '');
}

const PURPOSES: Record<string, string> = {
  TREAT: 'treatment',
  HPAYMT: 'payment',
  HOPERAT: 'operations of the house',
  HRESCH: 'research',
  PATRQT: 'at the patient’s request',
  BTG: 'emergency (broken glass)',
};

/** The purpose of use by its HL7 code; treatment is what is not said. */
export const purposeWords = (code: string | undefined): string => PURPOSES[code ?? 'TREAT'] ?? code ?? '';

const joined = (values: string[] | undefined): string => values?.join(' ') ?? '';

/** The columns of the table for a spreadsheet. */
const TABLE: [string, (event: AuditEvent) => string | null | undefined][] = [
  ['number', ({ seq }) => String(seq)],
  ['time (UTC)', ({ at }) => at],
  ['who', ({ actor }) => actor],
  ['what', whatWords],
  ['outcome', (event) => (isDenied(event) ? 'denied' : '')],
  ['times', ({ payload }) => String(payload.count ?? 1)],
  ['study', ({ payload }) => payload.study_uid],
  ['patient', ({ payload }) => payload.patient_key],
  ['subject', ({ subject }) => subject],
  ['purpose', ({ payload }) => payload.purpose],
  ['relations', ({ payload }) => joined(payload.relations)],
  ['policies', ({ payload }) => joined(payload.policies)],
  ['policy version', ({ payload }) => payload.version],
  ['route', ({ payload }) => payload.route],
  ['address', ({ payload }) => payload.address],
  ['detail', ({ payload }) => payload.detail],
];

/** Events as a table for a spreadsheet, with its heading. */
export function auditTable(events: AuditEvent[]): string[][] {
  const rows = events.map((event) => TABLE.map(([, value]) => value(event) ?? ''));
  return [TABLE.map(([name]) => name), ...rows];
}
