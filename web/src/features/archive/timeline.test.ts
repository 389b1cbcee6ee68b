import { expect, it } from 'vitest';
import type { Asked, EverywhereRow } from '@/api/types';
import { byYear, choicesOf, choose, inOrder, kindsOf, narrowed, together } from './timeline';

const study = (
  study_uid: string,
  study_date: string | null,
  more: Partial<EverywhereRow> = {},
): EverywhereRow =>
  ({
    study_uid,
    study_date,
    study_time: '0900',
    modalities: ['CT'],
    regions: ['chest'],
    ...more,
  }) as EverywhereRow;
const ROWS = [
  study('a', '20250101'),
  study('b', null, { modalities: ['SR', 'XC'], regions: [] }),
  study('c', '20260301', { study_time: '0800', modalities: ['ECG'], regions: ['heart'] }),
  study('d', '2026.03.01', { study_time: '1000', modalities: ['DOC'], regions: [] }),
  study('e', '20260102', { modalities: [] }),
];
const uids = (rows: EverywhereRow[]): string => rows.map(({ study_uid }) => study_uid).join('');

it('groups by year and day, newest first, undated last', () => {
  const told = byYear(ROWS).map(([year, days]) => [
    year,
    days.map(({ date, studies }) => `${date} ${uids(studies)}`),
  ]);
  expect(told).toEqual([
    ['2026', ['20260301 dc', '20260102 e']],
    ['2025', ['20250101 a']],
    ['Undated', [' b']],
  ]);
});

it('knows what kind of record a study is', () => {
  expect(ROWS.map(kindsOf)).toEqual([['images'], ['photos', 'report'], ['ecg'], ['document'], ['images']]);
});

it('narrows by what was chosen, and by nothing else', () => {
  expect(uids(narrowed(ROWS, {}))).toBe('abcde');
  expect(uids(narrowed(ROWS, { kind: ['photos', 'ecg'] }))).toBe('bc');
  expect(uids(narrowed(ROWS, { kind: ['images'], year: ['2026'] }))).toBe('e');
  expect(uids(narrowed(ROWS, { region: ['nowhere'] }))).toBe('');
  expect(choicesOf(ROWS, 'year')).toEqual([
    ['2026', 3],
    ['2025', 1],
    ['Undated', 1],
  ]);
  expect(choicesOf(ROWS, 'region')).toEqual([
    ['chest', 2],
    ['heart', 1],
  ]);
});

it('puts a thousand studies in order at once', () => {
  const many = Array.from({ length: 1_000 }, (_, index) =>
    study(String(index), `${1990 + (index % 36)}0101`),
  );
  const begun = performance.now();
  const years = byYear(narrowed(many, { modality: ['CT'] }));
  expect(years.length).toBe(36);
  expect(performance.now() - begun).toBeLessThan(200);
});

it('tells of each archive once, over the searches for every record of a person', () => {
  const asked = (key: string, more: Partial<Asked>): Asked => ({
    key,
    title: key,
    state: 'answered',
    ...more,
  });
  const told = together([
    [asked('own', { count: 2, ms: 5 }), asked('north', { count: 1 })],
    [asked('own', { count: 3, ms: 9 }), asked('north', { state: 'failed', failure: 'refused' })],
  ]);
  expect(told).toEqual([
    { key: 'own', title: 'own', state: 'answered', count: 5, ms: 9, more: false },
    { key: 'north', title: 'north', state: 'failed', failure: 'refused', more: false },
  ]);
});

it('compares two, the newer first; a third takes the place of the one chosen first', () => {
  const two = choose(choose([], 'a'), 'd');
  expect(uids(inOrder(ROWS, two))).toBe('da');
  expect(choose(two, 'e')).toEqual(['d', 'e']);
  expect(choose(two, 'a')).toEqual(['d']);
});
