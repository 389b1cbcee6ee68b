import { expect, it } from 'vitest';
import type { Commitment, Peer } from '@/api/types';
import { askedWords, attemptWords, hostWords, portFault } from './words';

const WAITING = { asked: 12, failed: null, attempts: 0 } as Commitment;
const ANY = { host: '*', certificate_sha256: '' } as Peer;

it('says what a commitment asked for and what came of it', () => {
  expect(askedWords(WAITING)).toBe('12 images, not looked for yet');
  expect(askedWords({ ...WAITING, failed: 0 })).toBe('12 images, all kept');
  expect(askedWords({ ...WAITING, failed: 2 })).toBe('12 images, 10 kept');
  expect(askedWords({ ...WAITING, asked: 1, failed: 1 })).toBe('1 image, none kept');
  expect(attemptWords(WAITING)).toBe('Being told now');
  expect(attemptWords({ ...WAITING, attempts: 3 })).toBe('3 attempts');
});

it('says from where an AE is admitted', () => {
  expect(hostWords(ANY)).toBe('Anywhere');
  expect(hostWords({ ...ANY, host: '10.1.0.0/16', certificate_sha256: 'ab' })).toBe(
    '10.1.0.0/16, with its certificate',
  );
});

it('knows a port', () => {
  expect(['1', '104', '65535'].map(portFault)).toEqual([null, null, null]);
  for (const typed of ['', '0', '65536', 'dicom']) expect(portFault(typed), typed).not.toBeNull();
});
