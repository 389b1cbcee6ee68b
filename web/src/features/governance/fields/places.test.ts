import { expect, it } from 'vitest';
import { belongingOf, placeChoices, placeWords } from './places';

const LINES = [
  { code: 'radiology', name: 'Radiology' },
  { code: 'cardiology', name: 'Cardiology' },
];

it('names places, and says what none stands for', () => {
  expect(placeWords(LINES, ['radiology', 'cardiology', 'gone'], 'None')).toBe('Cardiology, gone, Radiology');
  expect(placeWords(LINES, [], 'Every facility')).toBe('Every facility');
  expect(placeWords(undefined, ['radiology'], 'None')).toBe('radiology');
});

it('offers what is chosen although it is in no registry', () => {
  expect(placeChoices(LINES, ['gone']).map(({ label }) => label)).toEqual([
    'Radiology',
    'Cardiology',
    'gone',
  ]);
  expect(belongingOf({ groups: ['board'] })).toEqual({
    groups: ['board'],
    service_lines: [],
    facilities: [],
  });
});
