import { afterEach, expect, it, vi } from 'vitest';
import { auditSearch, CHANGES, fetchAudit, isDenied } from './audit';
import type { AuditEvent, AuditPayload } from './types';

const event = (payload: AuditPayload, more: Partial<AuditEvent> = {}): AuditEvent => ({
  seq: 1,
  at: '2026-11-24T08:00:00.000Z',
  part: 'governance',
  kind: 'access.allowed',
  subject: '1.2.3',
  actor: 'person:ada',
  ...more,
  payload,
});
const read = event({ action: 'read', study_uid: '1.2.3' });

afterEach(() => {
  vi.unstubAllGlobals();
});

it('knows the refusals of every door', () => {
  expect(isDenied(read)).toBe(false);
  expect(isDenied({ ...read, kind: 'access.denied' })).toBe(true);
  expect(isDenied({ ...read, kind: 'session.refused' })).toBe(true);
});

it('asks only for what is given', () => {
  const query = auditSearch({ actor: 'person:ada', denied: true, patient: '', action: 'read' });
  expect(query.toString()).toBe('actor=person%3Aada&action=read&denied=true');
  expect(auditSearch({ action: CHANGES }).toString()).toBe('changes=true');
});

it('reads from the newest on, page by page, until one is not full', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    const query = new URL(url).searchParams;
    const top = Math.min(Number(query.get('before')), 251);
    asked.push(query.get('before') ?? '');
    const count = Math.min(Number(query.get('limit')), top - 1);
    const events = Array.from({ length: count }, (_, n) => event({}, { seq: top - 1 - n }));
    return Promise.resolve(Response.json({ events, next: events.at(-1)?.seq ?? top }));
  });
  const { signal } = new AbortController();
  const first = await fetchAudit({}, null, signal);
  const second = await fetchAudit({}, first.next, signal);
  const third = await fetchAudit({}, second.next, signal);
  expect([first, second, third].map(({ events }) => events.length)).toEqual([100, 100, 50]);
  expect([first.next, second.next, third.next]).toEqual([151, 51, null]);
  expect(asked).toEqual([String(Number.MAX_SAFE_INTEGER), '151', '51']);
});
