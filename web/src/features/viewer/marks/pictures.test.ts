import { describe, expect, it } from 'vitest';
import { nearest } from './KeyFilter';
import { otherOrder, presentationOf } from './presenting';
import { coveredOn, labelPlace, paint } from './segments';

describe('pictures', () => {
  it('turns and flips in either order', () => {
    expect([otherOrder(90, true), otherOrder(0, true), otherOrder(90, false)]).toEqual([270, 0, 90]);
    expect(otherOrder(otherOrder(90, true), true)).toBe(90);
  });

  it('counts an inversion from black in a state, and from the image itself in a view', () => {
    const frame = (photometric: string): Parameters<typeof presentationOf>[1] => ({
      instanceUid: '1',
      frame: 1,
      dataSet: { '00280004': { vr: 'CS', Value: [photometric] } },
    });
    const state = { form: 'grayscale', rotation: 90, flip: true } as Parameters<typeof presentationOf>[0];
    const shown = (invert: boolean, photometric: string): unknown =>
      presentationOf({ ...state, invert }, frame(photometric)).inverted;
    expect([shown(true, 'MONOCHROME2'), shown(true, 'MONOCHROME1')]).toEqual([true, false]);
    expect([shown(false, 'MONOCHROME2'), shown(false, 'MONOCHROME1')]).toEqual([false, true]);
    expect(presentationOf(state, frame('MONOCHROME2'))).toMatchObject({ rotation: 270, flipped: true });
  });

  it('finds segments of an image in bits, fractions and labels', () => {
    const frames = [{ number: 1, segment: 2, series_uid: '1.1', sop_uid: '1', frame: 1 }];
    const base = { object: '9', most: 1, rows: 2, columns: 2, bits: 1, frames };
    const binary = coveredOn({ ...base, form: 'BINARY' }, new Uint8Array([0b0110]), '1', 1, new Set());
    expect(binary.map(({ number, cells }) => [number, [...cells]])).toEqual([[2, [0, 255, 255, 0]]]);
    expect(coveredOn({ ...base, form: 'BINARY' }, new Uint8Array([6]), '1', 1, new Set([2]))).toEqual([]);
    const part = { ...base, form: 'FRACTIONAL' as const, most: 100, bits: 8 };
    expect([
      ...(coveredOn(part, new Uint8Array([0, 50, 100, 0]), '1', 1, new Set())[0]?.cells ?? []),
    ]).toEqual([0, 127, 255, 0]);
    const labels = { ...base, form: 'LABELMAP' as const, bits: 8 };
    const found = coveredOn(labels, new Uint8Array([0, 3, 3, 7]), '1', 1, new Set());
    expect(found.map(({ number }) => number)).toEqual([3, 7]);
  });

  it('paints the edge of a segment whatever the opacity, and writes its number inside', () => {
    const cells = new Uint8Array(25).fill(255);
    const pixels = new Uint8ClampedArray(100);
    paint(pixels, { number: 1, cells }, 5, '#102030', 0);
    expect([pixels[3], pixels[12 * 4 + 3], pixels[12 * 4]]).toEqual([255, 0, 16]);
    expect(labelPlace({ number: 1, cells: new Uint8Array([0, 0, 0, 255, 255, 0]) }, 3)).toEqual([1, 1.5]);
    expect(labelPlace({ number: 1, cells }, 5)).toEqual([2.5, 2.5]);
    expect(labelPlace({ number: 1, cells: new Uint8Array(4) }, 2)).toBeNull();
  });

  it('goes to the next image that counts, else to the last one behind', () => {
    const keys = new Set([2, 5]);
    const counts = (at: number): boolean => keys.has(at);
    expect([nearest(9, 3, 1, counts), nearest(9, 4, -1, counts), nearest(9, 7, 1, counts)]).toEqual([
      5, 2, 5,
    ]);
    expect(nearest(9, 3, 1, () => false)).toBeNull();
  });
});
