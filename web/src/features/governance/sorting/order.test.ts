import { expect, it } from 'vitest';
import type { SortingRule } from '@/api/types';
import { moved, orderFault } from './order';
import { conditionWords, givesWords, splitAtCommas } from './words';

const rule = (key: string, order: number): SortingRule => ({
  key,
  order,
  note: '',
  sensitivity: 'sensitive',
});
const sorted = (rules: SortingRule[]): SortingRule[] =>
  [...rules].sort((one, other) => one.order - other.order || (one.key < other.key ? -1 : 1));

/** The keys in order after each of the changes, the first before any. */
function steps(rules: SortingRule[], place: number, by: -1 | 1): string[] {
  let present = sorted(rules);
  const seen = [present.map(({ key }) => key).join('')];
  for (const put of moved(present, place, by)) {
    present = sorted([...present.filter(({ key }) => key !== put.key), put]);
    seen.push(present.map(({ key }) => key).join(''));
  }
  return seen;
}

it.each([
  ['apart', [rule('a', 0), rule('b', 10), rule('c', 20)]],
  ['at one order', [rule('a', 5), rule('b', 5), rule('c', 5)]],
  ['mixed', [rule('z', 0), rule('b', 1), rule('a', 1), rule('c', 2)]],
])('moves a rule by one place, and no other two change places: %s', (_, rules) => {
  const start = sorted(rules)
    .map(({ key }) => key)
    .join('');
  for (const [place] of rules.entries()) {
    for (const by of [-1, 1] as const) {
      const keys = [...start];
      const other = keys[place + by];
      if (other === undefined) {
        expect(moved(sorted(rules), place, by)).toEqual([]);
        continue;
      }
      keys[place + by] = start.charAt(place);
      keys[place] = other;
      const seen = steps(rules, place, by);
      expect(seen.at(-1)).toBe(keys.join(''));
      expect(new Set(seen)).toEqual(new Set([start, keys.join('')]));
    }
  }
});

it('knows what is an order', () => {
  expect(['0', ' 50 ', '1000000'].map(orderFault)).toEqual([null, null, null]);
  for (const typed of ['', '-1', '1.5', '1000001', 'x']) expect(orderFault(typed), typed).not.toBeNull();
});

it('says what a rule is about and what it gives', () => {
  const heart: SortingRule = {
    ...rule('heart', 100),
    conditions: { modalities: ['CT', 'MR'], description: ['*heart*'] },
    service_line: 'cardiology',
  };
  expect(conditionWords(heart)).toEqual(['Modality: CT or MR', 'Study description: *heart*']);
  const lines = [{ code: 'cardiology', name: 'Cardiology' }];
  expect(givesWords(heart, { lines, facilities: undefined })).toEqual(['Cardiology', 'Sensitive']);
  expect(splitAtCommas(' CT, ,MR ')).toEqual(['CT', 'MR']);
});
