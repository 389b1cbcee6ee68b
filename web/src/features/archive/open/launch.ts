import type { EverywhereFilter, Everywhere } from '@/api/everywhere';
import type { EverywhereRow } from '@/api/types';
import { patientKey } from '@/shared/lib/patient-key';

/** What another system asks us to show, as it stands in the address. */
export interface Launch {
  study?: string;
  accession?: string;
  patient?: string;
  issuer?: string;
  latest?: string;
  from?: string;
  to?: string;
  modality?: string;
  /** What the other system knows of the patient, by which one sees that it is the right one. */
  name?: string;
  born?: string;
}

const NAMES = [
  'study',
  'accession',
  'patient',
  'issuer',
  'latest',
  'from',
  'to',
  'modality',
  'name',
  'born',
] as const;
const LONGEST = 4_000;

/** Read the address; what is no text is left out. */
export function readLaunch(raw: Record<string, unknown>): Launch {
  const told = NAMES.map((name) => {
    const value = raw[name];
    const text = typeof value === 'number' ? String(value) : value;
    return [name, typeof text === 'string' ? text.trim().slice(0, LONGEST) : ''] as const;
  });
  return Object.fromEntries(told.filter(([, text]) => text !== ''));
}

const several = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);

/** What is looked for: each search for itself; none where the address names nothing. */
export function searchesOf(launch: Launch): EverywhereFilter[] {
  const { study, accession, patient, issuer } = launch;
  if (study) return several(study).map((uid) => ({ study: uid }));
  if (accession) return several(accession).map((number) => ({ accession: number }));
  if (!patient) return [];
  const narrowing = {
    ...(launch.from && { from: launch.from }),
    ...(launch.to && { to: launch.to }),
    ...(launch.modality && { modality: several(launch.modality) }),
  };
  // Without an issuer the number may be anybody's: all who have it are found, and one is chosen.
  const keys = issuer ? [issuer, ''].map((who) => patientKey(patient, who)) : [];
  return issuer ? keys.map((key) => ({ patient: key, ...narrowing })) : [{ q: patient, ...narrowing }];
}

const digits = (date: string | null | undefined): string => (date ?? '').replace(/[.-]/g, '');

/**
 * Rows that are meant: of that issuer and with exactly that number, the newest first, and no more than were asked for.
 *
 * Where none is of that issuer, those whose issuer nobody told: they may be, and people choose.
 */
export function meant(launch: Launch, rows: readonly EverywhereRow[]): EverywhereRow[] {
  const { patient, issuer, latest } = launch;
  const numbered = rows.filter((row) => !patient || row.patient_id === patient);
  const exact = numbered.filter((row) => !issuer || launch.study || row.issuer === issuer);
  const found = exact.length > 0 ? exact : numbered.filter((row) => !row.issuer);
  return latest ? found.slice(0, Math.max(1, Number(latest) || 1)) : found;
}

/** Whether the patient of a study is somebody else than the other system says; what is not told contradicts nothing. */
export function contradicts(launch: Launch, row: EverywhereRow): boolean {
  const born = digits(launch.born);
  return born !== '' && digits(row.birth_date) !== '' && digits(row.birth_date) !== born;
}

export type Step =
  | { kind: 'wait' }
  | { kind: 'study'; uid: string }
  | { kind: 'patient'; key: string }
  | { kind: 'choose' }
  | { kind: 'nothing' };

/**
 * What to do with what was found.
 *
 * Only what can be nothing else opens by itself: one answer, all archives heard, and nobody contradicts.
 */
export function stepOf(launch: Launch, rows: readonly EverywhereRow[], seen: readonly Everywhere[]): Step {
  if (!seen.every((one) => one.done)) return { kind: 'wait' };
  const [row] = rows;
  if (!row) return { kind: 'nothing' };
  if (rows.some((one) => isDoubtful(launch, one))) return { kind: 'choose' };
  const whole = seen.every(({ archives }) => archives.every(({ state }) => state !== 'failed'));
  const oneOnly = new Set(rows.map(({ patient_key }) => patient_key)).size === 1;
  if (launch.patient && !launch.latest) {
    return oneOnly && (launch.issuer || whole)
      ? { kind: 'patient', key: row.patient_key }
      : { kind: 'choose' };
  }
  const named = launch.study !== undefined; // a UID names one study in the whole world
  return rows.length === 1 && (whole || named) ? { kind: 'study', uid: row.study_uid } : { kind: 'choose' };
}

/** Whether a study may be of somebody else than was meant. */
function isDoubtful(launch: Launch, row: EverywhereRow): boolean {
  const unknown = launch.issuer !== undefined && launch.study === undefined && row.issuer !== launch.issuer;
  return unknown || contradicts(launch, row);
}
