import { expect, it } from 'vitest';
import type { IdentityPair, IdentityRecord } from '@/api/types';
import { bitsWords, bothNames, compareLines, sayerWords, studiesWords } from './words';

const RECORD: IdentityRecord = {
  patient_key: 'CITY|1',
  patient_id: '1',
  issuer: 'CITY',
  name: 'Quillfeather^Eleanor',
  birth_date: '19610412',
  sex: 'F',
  address: '',
  phones: [],
  other_ids: [],
  other_names: [],
  contradictory: false,
  studies: { own: 1 },
};
const PAIR: IdentityPair = {
  key: '1-2',
  state: 'proposed',
  revision: 1,
  score: 31.2,
  rule: '',
  policy: 0,
  at: '2026-11-28T10:00:00.000Z',
  by: '',
  note: '',
  doubts: [],
  reasons: [
    { field: 'family name', agreement: 'same', bits: 11.3, words: 'same' },
    { field: 'given name', agreement: 'close', bits: 3.5, words: 'almost the same' },
    { field: 'birth date', agreement: 'same', bits: 14.8, words: 'same' },
  ],
  one: RECORD,
  other: { ...RECORD, patient_key: 'LAKE|9', name: 'Quillfeather^Elanor', phones: ['555'] },
};

it('marks a line as its worst field, and what one does not tell as missing', () => {
  const lines = Object.fromEntries(compareLines(PAIR).map(({ label, agreement }) => [label, agreement]));
  expect(lines).toEqual({ Name: 'close', 'Birth date': 'same', Sex: 'missing', Telephone: 'missing' });
});

it('says bits, studies and who said so', () => {
  expect([14.8, -6, 0].map(bitsWords)).toEqual(['+14.8', '−6', '0']);
  expect(studiesWords({ own: 1, north: 2 })).toBe('1 study in this archive, 2 studies in north');
  expect(studiesWords({})).toBe('No studies');
  expect(sayerWords(PAIR)).toBe('Linked by score 31');
  expect(sayerWords({ ...PAIR, by: 'person:ada' })).toBe('ada');
  expect(bothNames(PAIR)).toBe('Quillfeather, Eleanor and Quillfeather, Elanor');
});
