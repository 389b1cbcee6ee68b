import type { StudyRow } from '@/api/types';
import { displayName } from '@/shared/lib/person-name';

type Person = Pick<StudyRow, 'patient_key' | 'patient_id' | 'issuer' | 'patient_name' | 'birth_date'>;

const plain = (value: string | null): string => (value ?? '').trim().toUpperCase();
const named = ({ patient_name }: Person): string => displayName(patient_name).primary;

/**
 * In which way two studies speak of different people, null when nothing tells them apart. One number of two issuers
 * belongs to two people, and one number of one issuer to one, whatever the spelling of the name; a birth date that
 * differs is never passed over.
 */
export function mismatch(a: Person, b: Person): string | null {
  const [born, other] = [plain(a.birth_date), plain(b.birth_date)];
  if (born && other && born !== other) return `${named(a)} and ${named(b)} were born on different days.`;
  if (a.patient_key && a.patient_key === b.patient_key) return null;
  if (plain(a.patient_id) === plain(b.patient_id) && plain(a.issuer) === plain(b.issuer) && a.patient_id)
    return null;
  return plain(a.patient_name) === plain(b.patient_name)
    ? `the name is the same, the patient number is not (${a.patient_id ?? 'none'} and ${b.patient_id ?? 'none'}).`
    : `${named(a)} and ${named(b)}.`;
}
