import { expect, it } from 'vitest';
import { mayWords, titleOf } from './roles';

const ROLES = [
  { name: 'physician', purpose: '', actions: ['read', 'search'] },
  { name: 'auditor', purpose: '', actions: ['audit', 'search', 'later'] },
  { name: 'nothing', purpose: '', actions: [] },
];

it('says what roles may do together, each thing once', () => {
  expect(mayWords(ROLES, ['auditor', 'physician'])).toBe(
    'May see images, find studies, read the audit, later.',
  );
  expect(mayWords(ROLES, ['nothing'])).toBe('May do nothing by the policies in force.');
  expect(mayWords(ROLES, [])).toBe('');
});

it('makes a title of a code', () => {
  expect(titleOf('privacy-officer')).toBe('Privacy officer');
});
