import { afterEach, expect, it, vi } from 'vitest';
import { auditSearch, CHANGES, fetchAudit, passes } from './audit';
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

it('lets through an action, and refusals of every door', () => {
  expect(passes(read, {})).toBe(true);
  expect(passes(read, { action: 'read' })).toBe(true);
  expect(passes(read, { action: 'search' })).toBe(false);
  expect(passes(read, { denied: true })).toBe(false);
  expect(passes({ ...read, kind: 'access.denied' }, { denied: true })).toBe(true);
  expect(passes({ ...read, kind: 'session.refused' }, { denied: true })).toBe(true);
});

it('knows changes from accesses', () => {
  expect(passes(read, { action: CHANGES })).toBe(false);
  expect(passes(event({}, { kind: 'patient.restricted' }), { action: CHANGES })).toBe(true);
});

it('asks only for what is given', () => {
  const query = auditSearch({ actor: 'person:ada', denied: true, patient: '' }, 7);
  expect(query.toString()).toBe('after=7&limit=500&actor=person%3Aada');
});

it('goes on asking until a page is full, and then goes on from where it stopped', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    const after = Number(new URL(url).searchParams.get('after'));
    asked.push(String(after));
    const events = Array.from({ length: 500 }, (_, n) =>
      event({ action: n % 10 === 0 ? 'read' : 'search' }, { seq: after + n + 1 }),
    );
    return Promise.resolve(Response.json({ events, next: after + 500 }));
  });
  const first = await fetchAudit({ action: 'read' }, 0, new AbortController().signal);
  expect(first.events).toHaveLength(100);
  expect(asked).toEqual(['0', '500']);
  const second = await fetchAudit({ action: 'read' }, first.next ?? -1, new AbortController().signal);
  expect(second.events[0]?.seq).toBeGreaterThan(first.events.at(-1)?.seq ?? Infinity);
});

it('stops after some questions and says where to go on', async () => {
  vi.stubGlobal('fetch', (url: string) => {
    const after = Number(new URL(url).searchParams.get('after'));
    const events = Array.from({ length: 500 }, (_, n) => event({ action: 'search' }, { seq: after + n + 1 }));
    return Promise.resolve(Response.json({ events, next: after + 500 }));
  });
  const answer = await fetchAudit({ action: 'read' }, 0, new AbortController().signal);
  expect(answer).toEqual({ events: [], next: 5000 });
});
