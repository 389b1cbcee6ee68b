import { describe, expect, it } from 'vitest';
import type { DataSet } from '@/api/dicomjson';
import type { Frame } from '../frames';
import { nearest } from './vectors';
import { volumeOf } from './volume';
import { planeOf } from '../geometry';
import type { PatientPoint } from './view';

const el = (...Value: unknown[]): { vr: string; Value: unknown[] } => ({ vr: 'UN', Value });
const slice = (at: PatientPoint, more: DataSet = {}): Frame => ({
  instanceUid: at.join('/'),
  frame: 1,
  dataSet: {
    '00200032': el(...at),
    '00200037': el(1, 0, 0, 0, 1, 0),
    '00200052': el('1.2.3'),
    '00280010': el(512),
    '00280011': el(512),
    '00280030': el(0.7, 0.7),
    '00280100': el(16),
    ...more,
  },
});
const stack = (...heights: number[]): Frame[] => heights.map((z) => slice([0, 0, z]));
const PLENTY = 1e9;

describe('whether planes can be cut through a series', () => {
  it('takes an even stack in any order, and says what it needs', () => {
    const found = volumeOf(stack(5, 0, 10, 15), PLENTY);
    expect(found).toMatchObject({ bytes: 4 * 512 * 512 * 2, spacing: 5, warnings: [] });
    expect('frames' in found && found.frames.map(({ dataSet }) => dataSet['00200032']?.Value?.[2])).toEqual([
      0, 5, 10, 15,
    ]);
  });

  it('counts four bytes for values with a fraction', () => {
    const frames = [0, 1, 2].map((z) => slice([0, 0, z], { '00281053': el(0.37) }));
    expect(volumeOf(frames, PLENTY)).toMatchObject({ bytes: 3 * 512 * 512 * 4 });
  });

  it('warns of slices that are a little uneven', () => {
    expect(volumeOf(stack(0, 5, 10.2, 15), PLENTY)).toMatchObject({
      warnings: ['Slices are up to 4 % unevenly spaced.'],
    });
  });

  it.each([
    ['two images', stack(0, 5), 'It has too few images.'],
    ['a gap', stack(0, 5, 10, 25, 30), '2 slices are missing between its images.'],
    ['one missing', stack(0, 5, 10, 20, 25), 'A slice is missing between its images.'],
    ['uneven gaps', stack(0, 5, 10, 16, 21), 'Its slices are not evenly spaced.'],
    ['the same place twice', stack(0, 5, 5, 10), 'Several of its images lie at the same place.'],
    ['too much', stack(0, 5, 10), 'It needs 2 MB of memory, and this device can spare 1 MB.'],
    [
      'a tilted gantry',
      [0, 5, 10].map((z) => slice([0, z * 0.2, z])),
      'Its slices are stacked at a slant of 11.3°, as with a tilted gantry.',
    ],
    [
      'no place',
      [...stack(0, 5, 10), slice([0, 0, 15], { '00200032': el() })],
      'Not all of its images say where in the patient they lie.',
    ],
    [
      'other sizes',
      [...stack(0, 5, 10), slice([0, 0, 15], { '00280010': el(256) })],
      'Its images differ in size.',
    ],
    [
      'other pixels',
      [...stack(0, 5, 10), slice([0, 0, 15], { '00280030': el(0.5, 0.7) })],
      'Its pixels differ in size.',
    ],
    [
      'other spaces',
      [...stack(0, 5, 10), slice([0, 0, 15], { '00200052': el('9') })],
      'Its images lie in different frames of reference.',
    ],
    ['colour', [...stack(0, 5), slice([0, 0, 10], { '00280002': el(3) })], 'Its images are in colour.'],
    [
      'a localizer',
      [...stack(0, 5), slice([0, 0, 10], { '00200037': el(1, 0, 0, 0, 0, -1) })],
      'Its images do not lie parallel.',
    ],
  ])('refuses %s', (_, frames, refused) => {
    expect(
      volumeOf(frames, frames.length === 3 && refused.startsWith('It needs') ? 1024 * 1024 : PLENTY),
    ).toEqual({ refused });
  });
});

it('finds the plane nearest to a point, passing over what has no place', () => {
  const planes = [null, ...stack(0, 5, 10).map(planeOf)];
  expect(nearest(planes, [80, -40, 6])).toBe(2);
  expect(nearest([null], [0, 0, 0])).toBeNull();
});

it('reads no plane from broken orientation', () => {
  expect(planeOf(slice([0, 0, 0], { '00200037': el(1, 0, 0, 2, 0, 0) }))).toBeNull();
  expect(planeOf(slice([0, 0, 0], { '00200037': el(0, 0, 0, 0, 1, 0) }))).toBeNull();
  expect(planeOf(slice([0, 0, 0], { '00200032': el(1, 2) }))).toBeNull();
});
