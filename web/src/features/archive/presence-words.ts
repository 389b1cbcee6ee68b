import type { StudyState } from '@/api/types';
import { formatCount, plural } from '@/shared/lib/quantities';
import { failureWords, listed, OWN, titleOf, titlesOf } from './archive-words';

/** What is being brought from where, and how far that is; null when nothing is. */
export function bringingWords(state: StudyState | undefined): string | null {
  if (!state?.bringing) return null;
  const coming = state.series.filter(({ waits }) => waits);
  if (coming.length === 0) return null;
  const titles = titlesOf(state.archives);
  const from = new Set(coming.flatMap(({ sources }) => sources).filter((key) => key !== OWN));
  const names = listed([...from].map((key) => titleOf(titles, key)));
  const here = coming.reduce((sum, one) => sum + one.here, 0);
  const expected = coming.reduce((sum, one) => sum + one.expected, 0);
  const far =
    expected > 0 ? `${formatCount(here)} of ${plural(expected, 'image')}` : `${formatCount(here)} so far`;
  return `Bringing ${coming.length === 1 ? 'a series' : `${coming.length} series`} from ${names}: ${far}`;
}

const DELIVERED = /^not every archive delivered: /;

/** Why which archive, by its title, told or delivered nothing or not all: of what is known, and of warnings. */
function failuresOf(state: StudyState | undefined, warnings: readonly string[]): Map<string, string> {
  const found = new Map(Object.entries(state?.missing ?? {}));
  const titles = titlesOf(state?.archives ?? []);
  for (const text of warnings.filter((one) => DELIVERED.test(one))) {
    for (const part of text.replace(DELIVERED, '').split('; ')) {
      const [, key, why] = /^([^:]+): (.*)$/.exec(part) ?? [];
      if (key && why) found.set(titleOf(titles, key), why);
    }
  }
  return found;
}

/** Which archives told or delivered nothing, so that what only they hold is not seen; null when all did. */
export function missingWords(state: StudyState | undefined, warnings: readonly string[] = []): string | null {
  const failed = [...failuresOf(state, warnings)];
  const told = failed.map(([title, why]) => `${title} ${failureWords(why)}`);
  const others = warnings.filter((one) => !DELIVERED.test(one));
  if (failed.length === 0) return others.join('; ') || null;
  const only = `What only ${failed.length > 1 ? 'they hold' : 'it holds'} is not shown here.`;
  return [...others, `${told.join('; ')}. ${only}`].join('; ');
}
