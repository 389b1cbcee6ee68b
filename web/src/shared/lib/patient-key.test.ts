import { expect, it } from 'vitest';
import { patientKey, patientWords } from './patient-key';

it('makes the key the archive makes', () => {
  expect(patientKey(' 100200 ', 'STB')).toBe('STB|100200');
  expect(patientKey('100200', '')).toBe('|100200');
});

it('says who a key is, also when the issuer or the ID is missing or the ID has a bar', () => {
  expect(patientWords('STB|100200')).toBe('100200, issued by STB');
  expect(patientWords('|100200')).toBe('100200, unknown issuer');
  expect(patientWords('STB|1|2')).toBe('1|2, issued by STB');
  expect(patientWords('|study:1.2.3')).toBe('No patient ID, study 1.2.3');
  expect(patientWords('p3')).toBe('p3');
});
