import { failureWords } from '@/api/failures';
import type { Asked, Conflict, EverywhereRow, StudyRow } from '@/api/types';
import { formatDate } from '@/shared/lib/dates';
import { fullName } from '@/shared/lib/person-name';
import { formatCount, plural } from '@/shared/lib/quantities';

/** The key of our own archive. */
export const OWN = 'own';
const OWN_TITLE = 'This archive';

/** What archives are called, by their keys. */
export type Titles = ReadonlyMap<string, string>;

export const titlesOf = (archives: readonly { key: string; title: string }[]): Titles =>
  new Map([[OWN, OWN_TITLE], ...archives.map(({ key, title }): [string, string] => [key, title])]);

export const titleOf = (titles: Titles, key: string): string => titles.get(key) ?? key;

/** "A", "A and B", "A, B and C". */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}

/** What an archive did in a search. */
export function askedWords({ state, count, ms, failure, more, kept }: Asked): string {
  if (state === 'asked') return 'asked';
  if (state === 'failed') return failureWords(failure);
  const found = `${plural(count ?? 0, 'study', 'studies')}${more ? ', and has more: narrow the search' : ''}`;
  return kept ? `${found}, told a moment ago` : `${found} in ${formatCount(ms ?? 0)} ms`;
}

/** How far a search over several archives is, in a line. */
export function progressWords(archives: readonly Asked[]): string {
  const waiting = archives.filter(({ state }) => state === 'asked');
  const answered = archives.filter(({ state }) => state === 'answered').length;
  const all = plural(archives.length, 'archive');
  if (waiting.length === archives.length) return `Asking ${all}`;
  const of = answered === archives.length ? `${all} answered` : `${answered} of ${all} answered`;
  if (waiting.length === 0) return of;
  return `${of}, waiting for ${listed(waiting.map(({ title }) => title))}`;
}

/** Whether a row tells where its study is. */
export const isEverywhere = (row: StudyRow): row is EverywhereRow => 'locations' in row;

const NOUNS: Record<string, string> = {
  PatientID: 'patient ID',
  IssuerOfPatientID: 'issuer of the patient ID',
  PatientName: 'name',
  PatientBirthDate: 'birth date',
  PatientSex: 'sex',
};

function shown(attribute: string, value: string): string {
  if (attribute === 'PatientBirthDate') return formatDate(value);
  return attribute === 'PatientName' ? fullName(value) : value;
}

/** "North says another birth date: 1 Feb 1970", for each value that the leading copy does not tell. */
export function conflictWords(conflicts: readonly Conflict[], lead: string, titles: Titles): string[] {
  return conflicts.flatMap(({ attribute, told }) =>
    told
      .filter(({ sources }) => !sources.includes(lead))
      .map(({ value, sources }) => {
        const who = listed(sources.map((key) => titleOf(titles, key)));
        const verb = sources.length === 1 ? 'says' : 'say';
        return `${who} ${verb} another ${NOUNS[attribute] ?? attribute}: ${shown(attribute, value)}`;
      }),
  );
}
