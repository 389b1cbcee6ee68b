import { describe, expect, it } from 'vitest';
import type { DataSet } from '@/api/dicomjson';
import { identify } from './part10';
import { dicom } from './part10.fixture';
import { failureText, multipart, verdicts } from './stow';

const sequence = (...Value: unknown[]): { vr: string; Value: unknown[] } => ({ vr: 'SQ', Value });
const item = (uid: string, more: DataSet = {}): DataSet => ({
  '00081155': { vr: 'UI', Value: [uid] },
  ...more,
});
const code = (tag: string, value: number): DataSet => ({ [tag]: { vr: 'US', Value: [value] } });

describe('identify', () => {
  it('finds the UID of a Part 10 file, whatever its name', () => {
    expect(identify(dicom('1.2.3'))).toEqual({ kind: 'dicom', sopInstanceUid: '1.2.3' });
  });

  it('takes a data set without preamble as old software writes it', () => {
    const bare = new Uint8Array(32);
    bare.set([8, 0, 5, 0, 0x43, 0x53]);
    expect(identify(bare)).toEqual({ kind: 'dicom', sopInstanceUid: null });
  });

  it('skips the directory of a disc, text, and nothing, each with its reason', () => {
    expect(identify(dicom('1.2', '1.2.840.10008.1.3.10'))).toMatchObject({
      kind: 'skip',
      reason: expect.stringContaining('DICOMDIR') as string,
    });
    expect(identify(new TextEncoder().encode('Read me first, please.'))).toEqual({
      kind: 'skip',
      reason: 'Not a DICOM file',
    });
    expect(identify(new Uint8Array())).toEqual({ kind: 'skip', reason: 'Empty file' });
  });

  it('survives a head that is cut anywhere', () => {
    const whole = dicom('1.2.3.4.5');
    for (let length = 0; length < whole.length; length++)
      expect(identify(whole.slice(0, length)).kind).toBeTruthy();
  });
});

describe('the answer to a store', () => {
  it('tells kept, already kept, hidden, set aside and refused apart', () => {
    const comment = { '00000902': { vr: 'LO', Value: ['another patient'] } };
    const found = verdicts({
      '00081199': sequence(
        item('a'),
        item('b', { ...code('00081196', 0x0111), '00081190': { vr: 'UR', Value: ['http://x/studies/1'] } }),
        item('h', { ...code('00081196', 0x0111), '00081190': { vr: 'UR' } }),
        item('c', { ...code('00081196', 0xb000), ...comment }),
      ),
      '00081198': sequence(item('d', code('00081197', 0xc001))),
    });
    expect(Object.fromEntries(found)).toEqual({
      a: { state: 'kept', reason: null },
      b: { state: 'already', reason: null },
      h: {
        state: 'hidden',
        reason: 'Rejected earlier: it stays hidden until someone who may reject restores its study',
      },
      c: { state: 'aside', reason: 'another patient' },
      d: { state: 'refused', reason: 'The file is damaged or not understood (C001H)' },
    });
  });

  it('keeps the code of a reason it does not know', () => {
    expect(failureText(0x1234)).toBe('Refused (1234H)');
    expect(failureText(null)).toBe('Refused without a reason');
  });
});

it('builds a multipart body with the bytes untouched', async () => {
  const body = await multipart([new Blob(['one']), new Blob(['two'])], 'B').text();
  expect(body).toBe(
    '--B\r\nContent-Type: application/dicom\r\n\r\none\r\n--B\r\nContent-Type: application/dicom\r\n\r\ntwo\r\n--B--\r\n',
  );
});
