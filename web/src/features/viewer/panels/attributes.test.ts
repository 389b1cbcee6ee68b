import { expect, it } from 'vitest';
import type { DataSet } from '@/api/dicomjson';
import { attributesOf, valueWords, visible } from './attributes';

const dataSet: DataSet = {
  '00291010': { vr: 'OB', InlineBinary: 'AAEC' },
  '00290010': { vr: 'LO', Value: ['SIEMENS CSA HEADER'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Okafor^Erik', Ideographic: '山' }] },
  '00081140': {
    vr: 'SQ',
    Value: [{ '00081155': { vr: 'UI', Value: ['1.2.3'] } }, { '00081155': { vr: 'UI', Value: ['4.5.6'] } }],
  },
  '00280030': { vr: 'DS', Value: [0.5, 0.7] },
  '7FE00010': { vr: 'OW', BulkDataURI: 'http://x/y' },
};
const all = attributesOf(dataSet);
const shown = (words: string, open: string[] = []): string[] =>
  visible(all, words, new Set(open)).map(({ tag, name }) => `${tag} ${name}`.trim());

it('lists attributes by tag with keyword, and private ones with who made them', () => {
  expect(shown('')).toEqual([
    '(0008,1140) ReferencedImageSequence',
    '(0010,0010) PatientName',
    '(0028,0030) PixelSpacing',
    '(0029,0010) Private creator',
    '(0029,1010) Private: SIEMENS CSA HEADER',
    '(7FE0,0010) PixelData',
  ]);
});

it('unfolds sequences and items', () => {
  expect(shown('', ['/00081140', '/00081140/2']).slice(0, 4)).toEqual([
    '(0008,1140) ReferencedImageSequence',
    'Item 1',
    'Item 2',
    '(0008,1155) ReferencedSOPInstanceUID',
  ]);
});

it.each([
  ['okafor', ['(0010,0010) PatientName']],
  ['0028,0030', ['(0028,0030) PixelSpacing']],
  ['4.5.6', ['(0008,1140) ReferencedImageSequence', 'Item 2', '(0008,1155) ReferencedSOPInstanceUID']],
  ['nothing like it', []],
])('finds "%s" with what it lies in', (words, found) => {
  expect(shown(words)).toEqual(found);
});

it('says values so that they can be copied', () => {
  const said = Object.fromEntries(all.map(({ tag, value }) => [tag, value]));
  expect(said).toMatchObject({
    '(0010,0010)': 'Okafor^Erik=山',
    '(0028,0030)': '0.5\\0.7',
    '(0029,1010)': '3 bytes',
    '(7FE0,0010)': 'Data by its address',
    '(0008,1140)': '2 items',
  });
  expect(valueWords({ vr: 'LT', Value: ['x'.repeat(5000)] })).toHaveLength(2001);
  expect(valueWords({ vr: 'DS' })).toBe('');
});

it('does not follow a hostile object down without end', () => {
  let deep: DataSet = { '00081140': { vr: 'SQ', Value: [{}] } };
  for (let n = 0; n < 500; n++) deep = { '00081140': { vr: 'SQ', Value: [deep] } };
  expect(attributesOf(deep).length).toBeLessThan(60);
});
