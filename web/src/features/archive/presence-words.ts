import { failureWords } from '@/api/failures';
import type { StudyState } from '@/api/types';
import { formatCount, plural } from '@/shared/lib/quantities';
import { listed, OWN, titleOf, titlesOf } from './archive-words';

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

/** Which archives told nothing, so that what only they hold is not seen; null when all did. */
export function missingWords(state: StudyState | undefined): string | null {
  const failed = Object.entries(state?.missing ?? {});
  if (failed.length === 0) return null;
  const told = failed.map(([title, why]) => `${title} ${failureWords(why)}`).join('; ');
  return `${told}. What only ${failed.length > 1 ? 'they hold' : 'it holds'} is not shown here.`;
}
