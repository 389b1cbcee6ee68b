import { expect, it } from 'vitest';
import type { AuditEvent } from '@/api/types';
import { aboutWords, auditTable, purposeWords, whatWords } from './words';

const read: AuditEvent = {
  seq: 9,
  at: '2026-11-24T08:00:00.000Z',
  part: 'governance',
  kind: 'access.denied',
  subject: '1.2.3',
  actor: 'person:ada',
  payload: { action: 'read', resource: 'study', study_uid: '1.2.3', policies: ['a', 'b'], count: 3 },
};
const closed: AuditEvent = {
  ...read,
  kind: 'patient.restricted',
  subject: 'STB|1',
  payload: { reason: 'asked' },
};

it('says what happened and to whom', () => {
  expect(whatWords(read)).toBe('read study');
  expect(aboutWords(read)).toBe('1.2.3');
  expect(whatWords(closed)).toBe('patient restricted');
  expect(aboutWords(closed)).toBe('1, issued by STB');
  expect(purposeWords(undefined)).toBe('treatment');
  expect(purposeWords('HRESCH')).toBe('research');
  expect(purposeWords('NEW')).toBe('NEW');
});

it('makes a table in which each row is as wide as its heading', () => {
  const [heading, first, second] = auditTable([read, closed]);
  expect(first).toHaveLength(heading?.length ?? 0);
  expect(second).toHaveLength(heading?.length ?? 0);
  expect(first?.slice(0, 6)).toEqual(['9', read.at, 'person:ada', 'read study', 'denied', '3']);
  expect(first).toContain('a b');
});
