import type { Constitution } from '@/api/types';
import { neededOf } from './bodies';
import { CLASS_WORDS, DOMAIN_WORDS, goldenWords, MAJORITY_WORDS, SEAT_CLASSES } from './words';

export interface Changed {
  name: string;
  before: string;
  after: string;
}

const quorumWords = (one: Constitution): string =>
  SEAT_CLASSES.map((name) => `${CLASS_WORDS[name]} ${neededOf(one, name)}`).join(', ');

const goldenText = ({ golden }: Constitution): string =>
  golden.map((one) => `${one.name}: ${goldenWords(one)}`).join('; ');

const PARTS: [string, (one: Constitution) => string][] = [
  ['Name', ({ name }) => name],
  ['Charter', ({ charter }) => charter],
  ['Decides on', ({ domain }) => DOMAIN_WORDS[domain ?? 'policies']],
  ['Agrees by', ({ majority }) => MAJORITY_WORDS[majority ?? 'simple']],
  ['Quorum', quorumWords],
  ['Golden cases', goldenText],
];

/** The parts of a constitution that become others; all of them where there was none. */
export function constitutionChanges(before: Constitution | undefined, after: Constitution): Changed[] {
  const changes = PARTS.map(([name, words]) => ({
    name,
    before: before ? words(before) : '',
    after: words(after),
  }));
  return changes.filter((one) => one.before !== one.after);
}
