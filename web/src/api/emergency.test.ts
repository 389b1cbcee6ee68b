import { expect, it } from 'vitest';
import { byUrgency, inForce, isOverdue } from './emergency';
import type { EmergencyAccess } from './types';

const access = (key: string, more: Partial<EmergencyAccess> = {}): EmergencyAccess => ({
  key,
  principal: 'person:ada',
  patient_key: 'STB|1',
  reason: 'unconscious in the emergency room',
  at: '2026-11-24T08:00:00Z',
  until: '2026-11-24T12:00:00Z',
  review_due: '2026-11-27T08:00:00Z',
  comment: '',
  ...more,
});
const at = (iso: string): number => new Date(iso).getTime();

it('is in force until its moment, not at it', () => {
  expect(inForce([access('a')], at('2026-11-24T11:59:59Z'))).toHaveLength(1);
  expect(inForce([access('a')], at('2026-11-24T12:00:00Z'))).toHaveLength(0);
});

it('is overdue only while nobody has reviewed it', () => {
  const late = at('2026-11-28T00:00:00Z');
  expect(isOverdue(access('a'), late)).toBe(true);
  expect(isOverdue(access('a', { reviewed_at: '2026-11-27T09:00:00Z' }), late)).toBe(false);
  expect(isOverdue(access('a'), at('2026-11-27T07:59:59Z'))).toBe(false);
});

it('puts what waits longest first, and what is reviewed last', () => {
  const queue = byUrgency([
    access('reviewed-early', { reviewed_at: '2026-11-20T00:00:00Z' }),
    access('new', { review_due: '2026-11-29T00:00:00Z' }),
    access('reviewed-late', { reviewed_at: '2026-11-23T00:00:00Z' }),
    access('old', { review_due: '2026-11-26T00:00:00Z' }),
  ]);
  expect(queue.map(({ key }) => key)).toEqual(['old', 'new', 'reviewed-late', 'reviewed-early']);
});
