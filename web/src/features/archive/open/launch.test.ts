import { expect, it } from 'vitest';
import type { Everywhere } from '@/api/everywhere';
import type { EverywhereRow } from '@/api/types';
import { contradicts, meant, readLaunch, searchesOf, stepOf } from './launch';

const row = (study_uid: string, more: Partial<EverywhereRow> = {}): EverywhereRow =>
  ({
    study_uid,
    patient_key: 'CITY|7',
    patient_id: '7',
    issuer: 'CITY',
    birth_date: '19500312',
    ...more,
  }) as EverywhereRow;
const OTHER = row('2', { patient_key: 'NORTH|7', issuer: 'NORTH' });
const heard = (state: 'answered' | 'failed' = 'answered', done = true): Everywhere[] => [
  { rows: [], archives: [{ key: 'north', title: 'North', state }], done },
];

it('reads what the address says, as text, and nothing else', () => {
  expect(readLaunch({ accession: 100, issuer: ' CITY ', patient: ['7'], evil: 'x', study: '' })).toEqual({
    accession: '100',
    issuer: 'CITY',
  });
});

it('looks for what is named, and never for everything', () => {
  expect(searchesOf({ study: '1.2, 1.3' })).toEqual([{ study: '1.2' }, { study: '1.3' }]);
  expect(searchesOf({ accession: 'A100', issuer: 'CITY' })).toEqual([{ accession: 'A100' }]);
  expect(searchesOf({ patient: '7', issuer: 'CITY', modality: 'CT,MR', from: '20250101' })).toEqual([
    { patient: 'CITY|7', from: '20250101', modality: ['CT', 'MR'] },
    { patient: '|7', from: '20250101', modality: ['CT', 'MR'] },
  ]);
  expect(searchesOf({ patient: '7' })).toEqual([{ q: '7' }]);
  expect(searchesOf({ issuer: 'CITY' })).toEqual([]);
});

it('means the issuer and the whole number', () => {
  const rows = [row('1'), OTHER, row('3', { patient_id: '77' })];
  expect(meant({ accession: 'A100', issuer: 'CITY' }, rows).map(({ study_uid }) => study_uid)).toEqual([
    '1',
    '3',
  ]);
  expect(meant({ patient: '7' }, rows).map(({ study_uid }) => study_uid)).toEqual(['1', '2']);
  expect(meant({ patient: '7', latest: '1' }, rows).length).toBe(1);
});

it('takes what tells no issuer only where nothing else is there, and then lets people choose', () => {
  const untold = row('4', { issuer: null, patient_key: '|7' });
  expect(
    meant({ patient: '7', issuer: 'CITY' }, [row('1'), untold]).map(({ study_uid }) => study_uid),
  ).toEqual(['1']);
  const left = meant({ patient: '7', issuer: 'SOUTH' }, [row('1'), untold]);
  expect(left.map(({ study_uid }) => study_uid)).toEqual(['4']);
  expect(stepOf({ patient: '7', issuer: 'SOUTH' }, left, heard())).toEqual({ kind: 'choose' });
});

it('opens what can be nothing else', () => {
  expect(stepOf({ accession: 'A100' }, [row('1')], heard())).toEqual({ kind: 'study', uid: '1' });
  expect(stepOf({ study: '1' }, [row('1')], heard('failed'))).toEqual({ kind: 'study', uid: '1' });
  expect(stepOf({ patient: '7' }, [row('1'), row('3')], heard())).toEqual({ kind: 'patient', key: 'CITY|7' });
  expect(stepOf({ patient: '7', latest: '1' }, [row('1')], heard())).toEqual({ kind: 'study', uid: '1' });
});

it('lets people choose where it would be a guess', () => {
  expect(stepOf({ accession: 'A100' }, [row('1'), OTHER], heard())).toEqual({ kind: 'choose' });
  expect(stepOf({ patient: '7' }, [row('1'), OTHER], heard())).toEqual({ kind: 'choose' });
  expect(stepOf({ accession: 'A100' }, [row('1')], heard('failed'))).toEqual({ kind: 'choose' });
  expect(stepOf({ accession: 'A100', born: '1950-03-13' }, [row('1')], heard())).toEqual({ kind: 'choose' });
  expect(stepOf({ accession: 'A100' }, [row('1')], heard('answered', false))).toEqual({ kind: 'wait' });
  expect(stepOf({ accession: 'A100' }, [], heard())).toEqual({ kind: 'nothing' });
});

it('sees that it is somebody else', () => {
  expect(contradicts({ born: '1950-03-12' }, row('1'))).toBe(false);
  expect(contradicts({ born: '19500313' }, row('1'))).toBe(true);
  expect(contradicts({ born: '19500313' }, row('1', { birth_date: null }))).toBe(false);
});
