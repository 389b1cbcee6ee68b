import { expect, it } from 'vitest';
import type { Logged, ProposalView, Tally } from '@/api/types';
import { NEW_BODY } from './bodies';
import { constitutionChanges } from './changes';
import { diffCounts, diffLines, lineRange } from './diff';
import { goldenOf, goldenReady, NO_GOLDEN } from './golden';
import { mayLookBack, recordOf, wayBack } from './log';
import { daysOf, doneShare, groupWords } from './replays';
import { waysOf } from './steps';
import { formatDay, goldenWords, listWords, traitsWords, unwrapped } from './words';

it('reads a difference in unified form', () => {
  const lines = diffLines('@@ -1,2 +1,2 @@\n same\n-old\n+new\n+\n@@ -9 +9 @@\n end');
  expect(lines.map(({ sign }) => sign)).toEqual(['same', 'removed', 'added', 'added', 'gap', 'same']);
  expect(lines[1]?.text).toBe('old');
  expect(diffCounts(lines)).toEqual({ added: 2, removed: 1 });
  expect(diffLines('')).toEqual([]);
});

it('finds a line in a text', () => {
  expect(lineRange('ab\ncde\nf', 2)).toEqual([3, 6]);
  expect(lineRange('ab\ncde\nf', 1)).toEqual([0, 2]);
  expect(lineRange('ab', 9)).toEqual([0, 2]);
});

const TALLY: Tally = {
  present: {},
  needed: {},
  yes: 1,
  no: 0,
  abstain: 0,
  seats: 2,
  quorate: false,
  carried: false,
  why: '',
};
const NOW = Date.parse('2026-11-24T12:00:00Z');

function view(state: string, more: object = {}, tally: Partial<Tally> = {}): ProposalView {
  const proposal = { state, proposed_by: 'ada', closes_at: '2026-12-01T00:00:00Z' };
  const whole = {
    proposal,
    tally: { ...TALLY, ...tally },
    votes: [],
    unable: '',
    seat: 'one',
    examination: null,
  };
  return { ...whole, ...more } as unknown as ProposalView;
}

it('offers each step to whom it is for', () => {
  expect(waysOf(view('draft'), 'ada', undefined, NOW)).toMatchObject({
    open: true,
    redraft: true,
    withdraw: true,
  });
  const other = waysOf(view('draft', { seat: null }), 'bob', undefined, NOW);
  expect(other).toMatchObject({ open: false, redraft: false, withdraw: false });
  expect(other.why).toMatch(/seat/);
  const errors = { examination: { version: '', differences: [], findings: [{ level: 'error' }] } };
  expect(waysOf(view('draft', errors), 'ada', undefined, NOW)).toMatchObject({ open: false });
  expect(waysOf(view('draft', { unable: 'no chair' }), 'ada', undefined, NOW).why).toMatch(/no chair/);
  expect(waysOf(view('open'), 'ada', undefined, NOW)).toMatchObject({ vote: true, close: false });
  expect(waysOf(view('open', {}, { no: 1 }), 'ada', undefined, NOW)).toMatchObject({
    vote: true,
    close: true,
  });
  expect(waysOf(view('open'), 'ada', undefined, NOW + 10 ** 9)).toMatchObject({ vote: false, close: true });
  expect(waysOf(view('stale'), 'ada', undefined, NOW)).toMatchObject({
    redraft: true,
    withdraw: true,
    open: false,
  });
  expect(waysOf(view('passed'), 'ada', undefined, NOW)).toMatchObject({ redraft: false, withdraw: false });
});

it('puts a constitution and its golden cases in words', () => {
  const before = { ...NEW_BODY, name: 'Board', charter: 'It decides.' };
  const changed = constitutionChanges(before, {
    ...before,
    quorum: { clinical: 2, administrative: 1, it: 0 },
  });
  expect(changed).toEqual([
    {
      name: 'Quorum',
      before: 'Clinical 1, Administrative 1, IT 1',
      after: 'Clinical 2, Administrative 1, IT 0',
    },
  ]);
  expect(constitutionChanges(undefined, before).map(({ name }) => name)).toContain('Charter');
  const golden = goldenOf({
    ...NO_GOLDEN,
    name: 'keep',
    roles: 'physician, radiologist',
    closed: true,
    allowed: false,
  });
  expect(goldenWords(golden)).toBe(
    'person with physician, radiologist may not read: studies of no place, closed',
  );
  expect(goldenOf({ ...NO_GOLDEN, about: 'house' }).traits).toBeNull();
  expect(goldenReady({ ...NO_GOLDEN, name: 'keep', roles: 'physician' }, ['keep'])).toBe(false);
});

it('knows the way back from a decision, and who may look back at it', () => {
  const decision = {
    version: 'v2',
    before: 'v1',
    outcome: 'passed',
    accountable: 'ada',
    owner: 'bob',
    record: {},
  };
  const logged = (more: object, in_effect: boolean): Logged =>
    ({ decision: { ...decision, ...more }, in_effect, reviews: [] }) as unknown as Logged;
  expect(wayBack(logged({}, true))?.version).toBe('v1');
  expect(wayBack(logged({}, false))?.version).toBe('v2');
  expect(wayBack(logged({ outcome: 'rejected' }, false))).toBeNull();
  expect(wayBack(logged({ version: '' }, true))).toBeNull();
  expect(mayLookBack(logged({}, true), 'bob', [])).toBe(true);
  expect(mayLookBack(logged({}, true), 'eve', [])).toBe(false);
  expect(mayLookBack(logged({}, false), 'bob', [])).toBe(false);
  expect(recordOf(logged({}, true))).toEqual({ votes: [], why: '' });
});

it('lets a text that was wrapped flow', () => {
  const long = 'word '.repeat(20).trim();
  expect(unwrapped(`${long}\nends.\n\nNext\n- a list`)).toBe(`${long} ends.\n\nNext\n- a list`);
  expect(unwrapped(`${long}\n${long}\nends`)).toBe(`${long} ${long} ends`);
});

it('words days, places and replays', () => {
  expect(formatDay('2026-12-31')).toMatch(/Dec/);
  expect(traitsWords(null)).toBe('the house as a whole');
  expect(
    traitsWords({ facility: 'north', service_line: 'ct', sensitivity: 'sensitive', restricted: false }),
  ).toBe('studies of north, ct, sensitive');
  expect(listWords(['a', 'b', 'c'])).toBe('a, b and c');
  expect(daysOf('all')).toBeNull();
  expect(doneShare({ done: 1, total: 4 })).toBe(25);
  expect(doneShare({ done: 0, total: 0 })).toBe(0);
  expect(groupWords('people', { name: 'person:ada', gains: 0, loses: 1 })).toBe('ada');
  expect(groupWords('policies', { name: '', gains: 0, loses: 1 })).toBe('No policy');
});
