import { expect, it } from 'vitest';
import { draftOf, filterOf, lastDay, NO_DRAFT } from './filter';

it('asks for nothing when no field is filled', () => {
  expect(Object.values(filterOf(NO_DRAFT)).filter((value) => value !== undefined)).toEqual([]);
});

it('makes keys and actors of what people type', () => {
  expect(
    filterOf({ ...NO_DRAFT, actor: 'ada', patientId: '100', issuer: 'STB', study: ' 1.2 ' }),
  ).toMatchObject({
    actor: 'person:ada',
    patient: 'STB|100',
    study: '1.2',
  });
  expect(filterOf({ ...NO_DRAFT, patientId: 'STB|100' }).patient).toBe('STB|100');
});

it('shows times in the reader’s zone and asks in UTC, without losing a minute', () => {
  const filter = lastDay(Date.UTC(2026, 10, 24, 12, 30, 45));
  expect(filter.since).toBe('2026-11-23T12:30:00.000Z');
  expect(filterOf(draftOf(filter)).since).toBe(filter.since);
});
