import { expect, it } from 'vitest';
import { shaped } from './colours';
import type { Described } from './described';

const described = (more: Partial<Described>): Described => ({
  columns: 2,
  rows: 1,
  samplesPerPixel: 3,
  photometricInterpretation: 'RGB',
  planarConfiguration: 0,
  bitsAllocated: 8,
  bitsStored: 8,
  pixelRepresentation: 0,
  ...more,
});
const colours = (values: number[], more: Partial<Described> = {}, self = false): number[] => [
  ...shaped(Uint8Array.from(values), described(more), self).pixels,
];

it('leaves values and indices as they are', () => {
  const pixels = Uint16Array.from([7, 9]);
  expect(shaped(pixels, described({ samplesPerPixel: 1 }), false)).toEqual({
    columns: 2,
    rows: 1,
    samples: 1,
    pixels,
  });
});

it('puts planes of colour side by side, but not those that a decoder has put there', () => {
  expect(colours([1, 2, 3, 4, 5, 6])).toEqual([1, 2, 3, 4, 5, 6]);
  expect(colours([1, 2, 3, 4, 5, 6], { planarConfiguration: 1 })).toEqual([1, 3, 5, 2, 4, 6]);
  expect(colours([1, 2, 3, 4, 5, 6], { planarConfiguration: 1 }, true)).toEqual([1, 2, 3, 4, 5, 6]);
});

/** PS3.3 C.7.6.3.1.2: the primary colours in YBR_FULL, to the nearest whole. */
const RED = [76, 85, 255];
const BLUE = [29, 255, 107];

it('makes RGB of YBR_FULL', () => {
  const ybr = { photometricInterpretation: 'YBR_FULL' };
  const near = (seen: number[]): void => {
    [254, 0, 0, 0, 0, 254].forEach((value, at) => {
      expect(Math.abs((seen[at] ?? NaN) - value)).toBeLessThanOrEqual(1);
    });
  };
  near(colours([...RED, ...BLUE], ybr));
  near(colours([76, 29, 85, 255, 255, 107], { ...ybr, planarConfiguration: 1 }));
  expect(colours([10, 128, 128, 200, 128, 128], ybr)).toEqual([10, 10, 10, 200, 200, 200]);
});

it('gives two pixels the colour that they share in YBR_FULL_422', () => {
  const pairs = { photometricInterpretation: 'YBR_FULL_422' };
  expect(colours([10, 200, 128, 128], pairs)).toEqual([10, 10, 10, 200, 200, 200]);
  const [r, g, b, ...second] = colours([76, 76, 85, 255], pairs);
  expect([r, g, b]).toEqual(second);
});

it('believes a decoder that has made RGB of what was coded otherwise', () => {
  expect(colours([1, 2, 3, 4, 5, 6], { photometricInterpretation: 'YBR_RCT' }, true)).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
  expect(colours([1, 2, 3, 4, 5, 6], { photometricInterpretation: 'YBR_FULL_422' }, true)).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
});

it('takes the upper eight bits of wider colours', () => {
  const wide = shaped(
    Uint16Array.from([0xff00, 0x8000, 0, 0x0100, 0x1200, 0xffff]),
    described({ bitsAllocated: 16, bitsStored: 16 }),
    false,
  );
  expect([...wide.pixels]).toEqual([255, 128, 0, 1, 18, 255]);
});

it('knows pixels with a fourth sample', () => {
  expect(shaped(new Uint8Array(8), described({}), true).samples).toBe(4);
});
