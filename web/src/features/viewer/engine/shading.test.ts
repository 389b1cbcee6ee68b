import { describe, expect, it } from 'vitest';
import {
  entryOf,
  paintColour,
  paintGray,
  paintPalette,
  shader,
  windowed,
  windowOver,
  type Shading,
} from './shading';

const PLAIN: Shading = {
  modality: null,
  rescale: { slope: 1, intercept: 0 },
  window: null,
  windowFunction: 'LINEAR',
  table: null,
  inverse: false,
};
const WINDOW = { center: 40, width: 400 };
const table = (first: number, ...entries: number[]): { first: number; entries: number[]; bits: number } => ({
  first,
  entries,
  bits: 8,
});
const shade = (shading: Partial<Shading>, value: number, wish = {}): number =>
  shader({ ...PLAIN, ...shading }, { window: WINDOW, useTable: true, inverted: false, ...wish })(value);

describe('windows', () => {
  it('are those of PS3.3 C.11.2.1.2.1, to its own example', () => {
    // "Window Center 2048, Window Width 4096 would be y = ((x - 2047.5)/4095 + 0.5) * (ymax - ymin)"
    const window = { center: 2048, width: 4096 };
    expect(windowed(0, window, 'LINEAR')).toBe(0);
    expect(windowed(4095, window, 'LINEAR')).toBe(255);
    expect(windowed(2047.5, window, 'LINEAR')).toBe(127.5);
    // "Window Center 0, Window Width 1 is a threshold between -1 and 0"
    expect(windowed(-1, { center: 0, width: 1 }, 'LINEAR')).toBe(0);
    expect(windowed(0, { center: 0, width: 1 }, 'LINEAR')).toBe(255);
  });

  it('have other functions', () => {
    expect(windowed(40, WINDOW, 'LINEAR_EXACT')).toBe(127.5);
    expect(windowed(40, WINDOW, 'SIGMOID')).toBe(127.5);
    expect(windowed(140, WINDOW, 'SIGMOID')).toBeCloseTo(255 / (1 + Math.exp(-1)));
    expect(windowed(-1e6, WINDOW, 'SIGMOID')).toBe(0);
  });

  it('over all values tell each apart', () => {
    const window = windowOver(3, 258);
    expect([3, 130, 258].map((value) => windowed(value, window, 'LINEAR'))).toEqual([0, 127, 255]);
    expect(windowOver(7, 7).width).toBe(1);
  });
});

describe('the way from a value to a shade', () => {
  it('rescales stored values', () => {
    const rescale = { slope: 2, intercept: -1000 };
    expect(shade({ rescale }, 520)).toBe(windowed(40, WINDOW, 'LINEAR'));
  });

  it('goes through tables, whose ends hold for all beyond', () => {
    expect([-5, 0, 1, 9].map((value) => entryOf(table(0, 10, 20, 30), value))).toEqual([10, 10, 20, 30]);
    expect(shade({ modality: table(5, 40) }, 5)).toBe(windowed(40, WINDOW, 'LINEAR'));
    expect(shade({ table: table(0, 0, 51) }, 1)).toBe(51);
    expect(shade({ table: table(0, 0, 51) }, 1, { useTable: false })).toBe(windowed(1, WINDOW, 'LINEAR'));
  });

  it('turns MONOCHROME1 round, and what the reader inverts', () => {
    expect(shade({ inverse: true }, -1000)).toBe(255);
    expect(shade({}, -1000, { inverted: true })).toBe(255);
    expect(shade({ inverse: true }, -1000, { inverted: true })).toBe(0);
  });
});

describe('pixels', () => {
  const rgb = (out: Uint32Array): number[][] =>
    [...out].map((pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24]);

  it('are the nearest of 256 shades, whole values and others', () => {
    for (const pixels of [new Int16Array([-3, 0, 2]), new Float32Array([-3, 0, 2])]) {
      const out = new Uint32Array(3);
      paintGray(pixels, out, [-3, 2], (value) => value * 10 + 100.5);
      expect(rgb(out)).toEqual([71, 101, 121].map((gray) => [gray, gray, gray, 255]));
    }
  });

  it('are colours as they are', () => {
    const out = new Uint32Array(2);
    paintColour([1, 2, 3, 4, 5, 6], out, 3);
    expect(rgb(out)).toEqual([
      [1, 2, 3, 255],
      [4, 5, 6, 255],
    ]);
    paintColour([1, 2, 3, 0, 4, 5, 6, 0], out, 4);
    expect(rgb(out)[1]).toEqual([4, 5, 6, 255]);
  });

  it('are indices of palettes of sixteen bits', () => {
    const wide = (entries: number[]): { first: number; entries: number[]; bits: number } => ({
      first: 1,
      entries,
      bits: 16,
    });
    const out = new Uint32Array(2);
    paintPalette([1, 2], out, [wide([0x0100, 0xff00]), wide([0, 0x0200]), wide([0x8000, 0])]);
    expect(rgb(out)).toEqual([
      [1, 0, 128, 255],
      [255, 2, 0, 255],
    ]);
  });
});
