import { expect, it } from 'vitest';
import type { StudyState } from '@/api/types';
import { bringingWords, missingWords } from './presence-words';

const STATE: StudyState = {
  study_uid: '1.2',
  patient_key: 'N|1',
  lead: 'north',
  archives: [{ key: 'north', title: 'North' }],
  conflicts: [],
  missing: {},
  series: [
    { series_uid: '1.2.1', here: 12, expected: 40, sources: ['north', 'own'], waits: true },
    { series_uid: '1.2.2', here: 3, expected: 3, sources: ['own'], waits: false },
  ],
  bringing: true,
};

it('says what comes from where, and how far it is', () => {
  expect(bringingWords(STATE)).toBe('Bringing a series from North: 12 of 40 images');
  const untold = STATE.series.map((one) => ({ ...one, waits: true, expected: 0 }));
  expect(bringingWords({ ...STATE, series: untold })).toBe('Bringing 2 series from North: 15 so far');
});

it('is silent when nothing comes', () => {
  expect(bringingWords({ ...STATE, bringing: false })).toBeNull();
  expect(bringingWords({ ...STATE, series: STATE.series.slice(1) })).toBeNull();
  expect(bringingWords(undefined)).toBeNull();
  expect(missingWords(STATE)).toBeNull();
});

it('names who told nothing', () => {
  expect(missingWords({ ...STATE, missing: { South: 'timed out' } })).toBe(
    'South gave no answer in time. What only it holds is not shown here.',
  );
});
