import { expect, it } from 'vitest';
import { sectionsOf } from './sections';

const titles = (...actions: string[]): string[] =>
  sectionsOf({ name: 'ada', display_name: 'Ada', roles: [], actions }).map(({ title }) => title);

it('shows what the actions allow, and no more', () => {
  expect(titles('search', 'read', 'break-glass')).toEqual([]);
  expect(titles('audit', 'review')).toEqual(['Emergency reviews', 'Audit']);
  expect(titles('administer')).toEqual(['Policies']);
  expect(titles('govern')).toEqual(['Policies', 'Decisions']);
  expect(sectionsOf(null)).toEqual([]);
});
