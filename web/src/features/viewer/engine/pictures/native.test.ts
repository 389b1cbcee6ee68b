import { describe as suite, expect, it } from 'vitest';
import type { Described } from './described';
import { isNative, nativePixels } from './native';

const LITTLE = '1.2.840.10008.1.2.1';
const BIG = '1.2.840.10008.1.2.2';
const described = (more: Partial<Described> = {}): Described => ({
  columns: 2,
  rows: 1,
  samplesPerPixel: 1,
  photometricInterpretation: 'MONOCHROME2',
  planarConfiguration: 0,
  bitsAllocated: 16,
  bitsStored: 16,
  pixelRepresentation: 0,
  ...more,
});
const read = (bytes: number[], more: Partial<Described> = {}, syntax = LITTLE): number[] => [
  ...nativePixels(Uint8Array.from(bytes), described(more), syntax),
];

suite('pixels that are not compressed', () => {
  it('are known by their transfer syntax', () => {
    expect([LITTLE, BIG, '1.2.840.10008.1.2', '1.2.840.10008.1.2.1.99'].every(isNative)).toBe(true);
    expect(isNative('1.2.840.10008.1.2.4.50')).toBe(false);
  });

  it('are read in their width, sign and order', () => {
    expect(read([1, 2, 3, 4])).toEqual([0x0201, 0x0403]);
    expect(read([1, 2, 3, 4], {}, BIG)).toEqual([0x0102, 0x0304]);
    expect(read([0xff, 0xff, 1, 0], { pixelRepresentation: 1 })).toEqual([-1, 1]);
    expect(read([200, 7], { bitsAllocated: 8, bitsStored: 8 })).toEqual([200, 7]);
    expect(read([255, 255, 255, 255, 1, 0, 0, 0], { bitsAllocated: 32, bitsStored: 32 })).toEqual([
      4294967295, 1,
    ]);
  });

  it('are numbers with fractions where nothing says whether they are signed', () => {
    const floats = new Uint8Array(new Float32Array([1.5, -2.25]).buffer);
    expect(read([...floats], { bitsAllocated: 32, pixelRepresentation: undefined })).toEqual([1.5, -2.25]);
    const doubles = new Uint8Array(new Float64Array([0.1, -7]).buffer);
    expect(read([...doubles], { bitsAllocated: 64, pixelRepresentation: undefined })).toEqual([0.1, -7]);
  });

  it('repeat the sign of twelve bits above them', () => {
    expect(read([0xff, 0x0f, 0x00, 0x08], { pixelRepresentation: 1, bitsStored: 12 })).toEqual([-1, -2048]);
  });

  it('are single bits, the first in the lowest', () => {
    expect(read([0b01001101, 0b00000001], { columns: 9, bitsAllocated: 1, bitsStored: 1 })).toEqual([
      1, 0, 1, 1, 0, 0, 1, 0, 1,
    ]);
  });

  it('may lie at an odd place in what came', () => {
    const came = Uint8Array.from([99, 1, 0, 2, 0]);
    expect([...nativePixels(came.subarray(1), described(), LITTLE)]).toEqual([1, 2]);
  });

  it('say how much is missing, and leave out what is too much', () => {
    expect(() => read([1, 2, 3])).toThrow('3 of 4 bytes');
    expect(() => read([], { bitsAllocated: 1, columns: 9 })).toThrow('0 of 2 bytes');
    expect(() => read([1, 2, 3, 4, 5, 6], { bitsAllocated: 24 })).toThrow('24 bits');
    expect(read([1, 0, 2, 0, 3, 0])).toEqual([1, 2]);
  });
});
