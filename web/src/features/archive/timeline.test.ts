import { expect, it } from 'vitest';
import type { StudyRow } from '@/api/types';
import { byYear } from './timeline';

const study = (study_uid: string, study_date: string | null, study_time = '0900'): StudyRow =>
  ({ study_uid, study_date, study_time }) as StudyRow;

it('groups by year, newest first, undated last', () => {
  const groups = byYear([
    study('a', '20250101'),
    study('b', null),
    study('c', '20260301', '0800'),
    study('d', '20260301', '1000'),
  ]);
  expect(groups.map(([year, studies]) => [year, studies.map(({ study_uid }) => study_uid)])).toEqual([
    ['2026', ['d', 'c']],
    ['2025', ['a']],
    ['Undated', ['b']],
  ]);
});
