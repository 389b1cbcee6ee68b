import { expect, it } from 'vitest';
import type { Account } from '@/api/types';
import { factorWords, matches, rolesWords } from './words';

const ADA: Account = {
  name: 'ada',
  display_name: 'Ada Lovelace',
  roles: ['privacy-officer', 'administrator'],
  enabled: true,
  created_at: '2026-11-24T07:41:00Z',
  kind: 'local',
  service_lines: ['cardiology'],
  second_factor: false,
};

it('finds a person by what is said of them', () => {
  for (const typed of ['', 'love', 'ADA privacy', 'privacy-officer', 'cardio enabled', 'no second'])
    expect(matches(ADA, typed), typed).toBe(true);
  for (const typed of ['barred', 'ada physician']) expect(matches(ADA, typed), typed).toBe(false);
});

it('says roles and factors in words', () => {
  expect(rolesWords(ADA.roles)).toBe('Administrator, Privacy officer');
  expect(factorWords({ ...ADA, second_factor: true })).toBe('Second factor');
  expect(factorWords({ ...ADA, kind: 'oidc' })).toBe('The provider’s matter');
});
