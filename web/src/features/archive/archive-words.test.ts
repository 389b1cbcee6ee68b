import { expect, it } from 'vitest';
import type { Asked } from '@/api/types';
import { askedWords, conflictWords, listed, progressWords, titlesOf } from './archive-words';

const asked = (key: string, more: Partial<Asked> = {}): Asked => ({
  key,
  title: key.toUpperCase(),
  state: 'asked',
  ...more,
});
const ANSWERED: Partial<Asked> = { state: 'answered', count: 1, ms: 34 };
const FAILED: Partial<Asked> = { state: 'failed', failure: 'timed out' };

it('says how far the search is, and never hides who is missing', () => {
  expect(progressWords([asked('a'), asked('b')])).toBe('Asking 2 archives');
  expect(progressWords([asked('a', ANSWERED), asked('b'), asked('c')])).toBe(
    '1 of 3 archives answered, waiting for B and C',
  );
  expect(progressWords([asked('a', ANSWERED), asked('b', FAILED)])).toBe('1 of 2 archives answered');
  expect(progressWords([asked('a', ANSWERED), asked('b', ANSWERED)])).toBe('2 archives answered');
});

it('says what each archive did', () => {
  expect(askedWords(asked('a', ANSWERED))).toBe('1 study in 34 ms');
  expect(askedWords(asked('a', { ...ANSWERED, kept: true }))).toBe('1 study, told a moment ago');
  expect(askedWords(asked('a', { ...ANSWERED, count: 500, more: true }))).toContain('has more');
  expect(askedWords(asked('a', FAILED))).toBe('gave no answer in time');
  expect(askedWords(asked('a', { state: 'failed', failure: 'of a kind to come' }))).toBe(
    'failed: of a kind to come',
  );
});

it('says who contradicts the copy that is shown', () => {
  const titles = titlesOf([asked('north')]);
  const told = [
    { value: '19700101', sources: ['own'] },
    { value: '19700201', sources: ['north', 'south'] },
  ];
  expect(conflictWords([{ attribute: 'PatientBirthDate', told }], 'own', titles)).toEqual([
    expect.stringMatching(/^NORTH and south say another birth date: .*1970$/),
  ]);
  expect(
    conflictWords(
      [{ attribute: 'PatientName', told: [{ value: 'A^B', sources: ['own'] }] }],
      'north',
      titles,
    ),
  ).toEqual([expect.stringMatching(/^This archive says another name: /)]);
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
});
