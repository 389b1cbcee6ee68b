import type { IdentityPair, IdentityReason, IdentityRecord } from '@/api/types';
import { formatDate } from '@/shared/lib/dates';
import { fullName } from '@/shared/lib/person-name';
import { plural } from '@/shared/lib/quantities';

/** A line of the comparison: what both records tell, and how the two stand to each other. */
export interface CompareLine {
  label: string;
  values: [string, string];
  /** `missing` where one of them tells nothing. */
  agreement: IdentityReason['agreement'];
}

const SEXES: Record<string, string> = { F: 'female', M: 'male', O: 'other' };
const NAMES = ['family name', 'given name', 'middle name', 'suffix'];
/** From what parts most to what parts least. */
const WORST: IdentityReason['agreement'][] = ['different', 'close', 'missing', 'same'];

/** How some fields stand together: as the worst of them. */
function worstOf(pair: IdentityPair, fields: string[]): IdentityReason['agreement'] {
  const found = pair.reasons.filter(({ field }) => fields.includes(field)).map(({ agreement }) => agreement);
  return WORST.find((one) => found.includes(one)) ?? 'missing';
}

/** Two texts that nobody weighed: the same, different, or not told by both. */
const plainly = (one: string, other: string): IdentityReason['agreement'] =>
  !one || !other ? 'missing' : one === other ? 'same' : 'different';

/** "3 in this archive, 2 in north": where the studies are that one may see. */
export function studiesWords(studies: Record<string, number>): string {
  const parts = Object.entries(studies).map(
    ([source, count]) =>
      `${plural(count, 'study', 'studies')} in ${source === 'own' ? 'this archive' : source}`,
  );
  return parts.join(', ') || 'No studies';
}

const numbersOf = ({ other_ids }: IdentityRecord): string =>
  other_ids.map(([value, issuer]) => `${value} of ${issuer}`).join(', ');

/** The records of a pair side by side. */
export function compareLines(pair: IdentityPair): CompareLine[] {
  const { one, other } = pair;
  const line = (
    label: string,
    told: (record: IdentityRecord) => string,
    fields: string[] = [],
  ): CompareLine => {
    const values: [string, string] = [told(one), told(other)];
    return { label, values, agreement: fields.length > 0 ? worstOf(pair, fields) : plainly(...values) };
  };
  const lines = [
    line('Name', ({ name }) => fullName(name), NAMES),
    line('Other names', ({ other_names }) => other_names.map(fullName).join('; ')),
    line('Birth date', ({ birth_date }) => (birth_date ? formatDate(birth_date) : ''), ['birth date']),
    line('Sex', ({ sex }) => SEXES[sex] ?? '', ['sex']),
    line('Telephone', ({ phones }) => phones.join(', '), ['telephone']),
    line('Address', ({ address }) => address, ['address']),
    line('Other numbers', numbersOf, ['identifier']),
  ];
  return lines.filter(({ label, values }) => values.some(Boolean) || ['Birth date', 'Sex'].includes(label));
}

/** "+14.8", "−6": bits as people add them up. */
export const bitsWords = (bits: number): string =>
  `${bits > 0 ? '+' : bits < 0 ? '−' : ''}${Math.abs(bits).toFixed(1).replace(/\.0$/, '')}`;

/** Who said so: a person, or the machine by a rule or by the score. */
export function sayerWords({ by, rule, score }: Pick<IdentityPair, 'by' | 'rule' | 'score'>): string {
  if (by) return by.replace(/^person:/, '');
  if (rule === 'cross-reference') return 'Linked by a named ID';
  if (rule === 'shared-identifier') return 'Linked by a shared number';
  return `Linked by score ${score.toFixed(0)}`;
}

/** Both names in one line, for announcements and lists. */
export const bothNames = ({ one, other }: IdentityPair): string =>
  fullName(one.name) === fullName(other.name)
    ? fullName(one.name)
    : `${fullName(one.name)} and ${fullName(other.name)}`;
