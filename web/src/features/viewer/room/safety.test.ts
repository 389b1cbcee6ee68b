import { expect, it } from 'vitest';
import type { Series } from '@/api/series';
import type { StudyRow, StudyState } from '@/api/types';
import type { Frame } from '../frames';
import { bornWords, flagsOf, incompleteWords, lossyWords, sourceWords, type ShownSeries } from './safety';

const shown = (instances: number, here: number, ratios: (number | null)[] = []): ShownSeries => ({
  series: { uid: 's', instances } as Series,
  frames: Array.from({ length: here }, (_, n): Frame => {
    const ratio = ratios[n];
    const lossy = { '00282110': { vr: 'CS', Value: ['01'] }, '00282112': { vr: 'DS', Value: [ratio] } };
    return { instanceUid: String(n), frame: 1, dataSet: ratio === undefined ? {} : lossy };
  }),
});
const state = (expected: number): StudyState =>
  ({
    archives: [{ title: 'Main' }, { title: 'City' }],
    series: [{ series_uid: 's', expected }],
  }) as unknown as StudyState;

it('counts what is missing, by what the archives tell', () => {
  expect(incompleteWords([shown(500, 312)], undefined)).toBe('312 of 500 images here');
  expect(incompleteWords([shown(312, 312)], state(500))).toBe('312 of 500 images here');
  expect(incompleteWords([shown(312, 312)], undefined)).toBeNull();
  expect(incompleteWords([], undefined)).toBeNull();
});

it('says the strongest compression', () => {
  expect(lossyWords([shown(3, 3, [8, 21.6])])).toBe('Lossy images, up to 22:1');
  expect(lossyWords([shown(1, 1, [null])])).toBe('Lossy images');
  expect(lossyWords([shown(3, 3)])).toBeNull();
});

it('says who, from where, and every warning', () => {
  const row = { birth_date: '19860505', study_date: '20260601', sex: 'F' } as StudyRow;
  expect(bornWords(row)).toMatch(/born .*1986, 40 y, female/);
  expect(bornWords({ ...row, birth_date: null, sex: null })).toBe('birth date unknown');
  expect(sourceWords(state(1))).toBe('from Main, City');
  expect(sourceWords(undefined)).toBe('');
  expect(flagsOf([shown(2, 1)], undefined, ['City gave no answer']).map(({ words }) => words)).toEqual([
    '1 of 2 images here',
    'City gave no answer',
  ]);
});
