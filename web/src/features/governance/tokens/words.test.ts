import { expect, it } from 'vitest';
import type { Token } from '@/api/types';
import { daysFault, scopeWords, sorted, stateOf } from './words';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const TOKEN: Token = {
  key: 'a',
  name: 'ris',
  role: 'order-system',
  created_at: '2026-11-01T12:00:00Z',
  created_by: 'person:ada',
  expires_at: null,
  revoked_at: null,
  used_at: null,
};
const EXPIRED = { ...TOKEN, key: 'b', expires_at: '2026-11-24T12:00:00Z' };
const ENDED = { ...EXPIRED, key: 'c', revoked_at: '2026-11-20T12:00:00Z' };

it('tells what is in force from what expired or was ended, and puts it first', () => {
  expect([TOKEN, EXPIRED, ENDED].map((token) => stateOf(token, NOW))).toEqual([
    'in force',
    'expired',
    'ended',
  ]);
  expect(stateOf(EXPIRED, NOW - 1)).toBe('in force');
  expect(sorted([ENDED, EXPIRED, TOKEN], NOW).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
});

it('says what a token is for', () => {
  expect(scopeWords(TOKEN)).toBe('All that its role may');
  expect(scopeWords({ ...TOKEN, scope: ['search', 'relate'] })).toBe(
    'Only to find studies, say who cares for whom',
  );
});

it('takes days within the server’s bounds, or none', () => {
  expect(['', ' 90 ', '3650'].map(daysFault)).toEqual([null, null, null]);
  for (const typed of ['0', '3651', '1.5', 'ten']) expect(daysFault(typed), typed).toMatch(/^1 to 3/);
});
