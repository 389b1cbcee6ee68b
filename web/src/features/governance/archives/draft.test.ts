import { expect, it } from 'vitest';
import type { Source, Standing } from '@/api/types';
import { changeOf, draftOf, EMPTY, keyOf, lacking, restored, standingWords } from './draft';

const NORTH: Source = {
  key: 'north',
  title: 'North',
  reach: { kind: 'dicomweb', url: 'https://north.example/dicom-web', authorities: '' },
  issuer: 'NORTH',
  enabled: true,
  facility: '',
  timeout: 5,
  at_once: 4,
  credential: 'bearer',
  revision: 'r1',
};
const STANDING: Standing = {
  key: 'north',
  title: 'North',
  kind: 'dicomweb',
  enabled: true,
  state: 'closed',
  failures: 0,
  seconds: 0.034,
  waiting: 0,
};

it('sends back what it was given, and keeps a secret that it does not know', () => {
  const change = changeOf(draftOf(NORTH));
  expect(change.credential).toBeNull();
  expect({ ...change, credential: undefined }).toEqual({
    ...NORTH,
    key: undefined,
    revision: undefined,
    credential: undefined,
  });
});

it('proves itself by what was chosen, and to a DICOM node by nothing', () => {
  const proofs = { token: ' t ', user: 'u', password: 'p' };
  expect(changeOf({ ...EMPTY, ...proofs, proof: 'bearer' }).credential).toEqual({
    kind: 'bearer',
    token: 't',
  });
  expect(changeOf({ ...EMPTY, ...proofs, proof: 'basic' }).credential).toEqual({
    kind: 'basic',
    user: 'u',
    password: 'p',
  });
  expect(changeOf({ ...EMPTY, ...proofs, proof: 'bearer', kind: 'dimse' }).credential).toEqual({
    kind: 'none',
  });
});

it('does not ask an archive that is back without its secret', () => {
  expect(restored(NORTH)).toMatchObject({ enabled: false, credential: { kind: 'none' }, title: 'North' });
  expect(restored({ ...NORTH, credential: 'none' }).enabled).toBe(true);
});

it('makes a key of a title that nobody has', () => {
  expect(keyOf('Klinik Süd, PACS 2', [])).toBe('klinik-sud-pacs-2');
  expect(keyOf('North', ['north', 'north-2'])).toBe('north-3');
  expect(keyOf('病院', [])).toBe('archive');
  expect(keyOf('Own', [])).toBe('archive');
});

it('says what is lacking before it is sent', () => {
  const whole = draftOf({ ...NORTH, credential: 'none' });
  expect(lacking(whole)).toBeNull();
  for (const part of [{ title: ' ' }, { url: 'north' }, { issuer: '' }, { proof: 'bearer' as const }])
    expect(lacking({ ...whole, ...part }), JSON.stringify(part)).not.toBeNull();
  expect(lacking({ ...whole, kind: 'dimse' })).toContain('AE title');
});

it('says how an archive stands', () => {
  expect(standingWords(STANDING)).toEqual({ tone: 'good', word: 'Answering', more: '34 ms' });
  expect(standingWords({ ...STANDING, seconds: 3.21 })).toMatchObject({
    tone: 'warn',
    word: 'Slow',
    more: '3.2 s',
  });
  expect(standingWords({ ...STANDING, state: 'open', failures: 3, failure: 'timed out' })).toMatchObject({
    tone: 'danger',
    more: 'It failed 3 times (timed out).',
  });
  expect(standingWords({ ...STANDING, enabled: false }).word).toBe('Switched off');
  expect(standingWords({ ...STANDING, seconds: null }).word).toBe('Not asked yet');
  expect(standingWords(undefined).tone).toBe('off');
});
