/** What is as far away behind the reader as this part of it ahead comes at the same time. */
const BEHIND = 3;

/**
 * The next index to load: the nearest to where the reader is; while they scroll, what lies ahead counts as nearer.
 * `step` is the last move, 0 when there was none.
 */
export function nextOf(waiting: Iterable<number>, place: number, step: number): number | null {
  let best: number | null = null;
  let least = Infinity;
  for (const index of waiting) {
    const ahead = (index - place) * (step < 0 ? -1 : 1);
    const distance = step !== 0 && ahead < 0 ? -ahead * BEHIND : Math.abs(ahead);
    if (distance < least || (distance === least && ahead > 0)) [best, least] = [index, distance];
  }
  return best;
}
