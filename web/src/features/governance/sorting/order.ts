import type { SortingRule } from '@/api/types';

/** Whether a rule is looked at before another: by order, then by key. */
const isBefore = (one: SortingRule, other: SortingRule): boolean =>
  one.order !== other.order ? one.order < other.order : one.key < other.key;

/**
 * The rules to put, one after another, so that the one at a place stands one higher (-1) or lower (1); none at the ends.
 *
 * Orders only grow and the last rule comes first, so that no other two change places meanwhile.
 */
export function moved(rules: SortingRule[], place: number, by: -1 | 1): SortingRule[] {
  const mover = rules[place];
  const other = rules[place + by];
  if (!mover || !other) return [];
  const start = Math.min(place, place + by);
  const wanted = [...rules];
  wanted[place] = other;
  wanted[place + by] = mover;
  const changed: SortingRule[] = [];
  let before = wanted[start - 1];
  for (const rule of wanted.slice(start)) {
    let kept = rule;
    if (before && !isBefore(before, rule)) {
      const order = before.key < rule.key ? before.order : before.order + 1;
      kept = { ...rule, order };
      changed.unshift(kept);
    }
    before = kept;
  }
  return changed;
}

/** Before the rules by modality that a new house has. */
export const NEW_ORDER = 50;
const LAST_ORDER = 1_000_000;

/** What is wrong with a typed order; null when nothing is. */
export function orderFault(typed: string): string | null {
  const order = Number(typed);
  const right = typed.trim() !== '' && Number.isInteger(order) && order >= 0 && order <= LAST_ORDER;
  return right ? null : `A whole number from 0 to ${LAST_ORDER.toLocaleString()}.`;
}
