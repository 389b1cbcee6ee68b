import { expect, it } from 'vitest';
import { headingAt, sectionsOf, SECTIONS } from './sections';

const titles = (...actions: string[]): string[] =>
  sectionsOf({ name: 'ada', display_name: 'Ada', roles: [], actions }).map(({ title }) => title);

it('shows what the actions allow, and no more', () => {
  expect(titles('search', 'read', 'break-glass')).toEqual([]);
  expect(titles('audit', 'review')).toEqual(['Emergency reviews', 'Audit']);
  expect(titles('govern')).toEqual(['Identity', 'Policies', 'Decisions']);
  expect(titles('administer')).toEqual([
    'People',
    'Provider groups',
    'Tokens',
    'Places',
    'Sorting rules',
    'DICOM network',
    'Archives',
  ]);
  expect(sectionsOf(null)).toEqual([]);
});

it('has a heading where a part begins', () => {
  const headings = SECTIONS.map((_, place) => headingAt(SECTIONS, place));
  expect(headings.filter(Boolean)).toEqual(['Administration']);
  expect(SECTIONS[headings.indexOf('Administration')]?.title).toBe('People');
});
