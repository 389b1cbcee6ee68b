import type { Window } from './view';

/*
 * From the values of an image to the shades on the screen, as PS3.3 has it: modality transformation (C.11.1), VOI
 * transformation (C.11.2), photometric interpretation (C.7.6.3.1.2). Exact: a shade is the nearest of 256.
 */

/** A look-up table (PS3.3 C.11.1.1): `entries[0]` is for the value `first` and all below. */
export interface Table {
  first: number;
  entries: ArrayLike<number>;
  bits: number;
}

export type WindowFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

export interface Shading {
  /** The Modality LUT that comes before the window; null when there is none. */
  modality: Table | null;
  /** What comes before the window without such a table. */
  rescale: { slope: number; intercept: number };
  /** The window that the object brings; null when it brings none. */
  window: Window | null;
  windowFunction: WindowFunction;
  /** The VOI table that the object brings, used until a window is set. */
  table: Table | null;
  /** The lowest value is white (MONOCHROME1). */
  inverse: boolean;
}

export const entryOf = ({ first, entries }: Table, value: number): number =>
  entries[Math.min(entries.length - 1, Math.max(0, Math.round(value) - first))] ?? 0;

/** Shade from 0 to 255 of a value in a window. */
export function windowed(value: number, { center, width }: Window, by: WindowFunction): number {
  if (by === 'SIGMOID') return 255 / (1 + Math.exp((-4 * (value - center)) / width));
  if (by === 'LINEAR_EXACT') return clamp(((value - center) / width + 0.5) * 255);
  if (width <= 1) return value > center - 0.5 ? 255 : 0;
  return clamp(((value - (center - 0.5)) / (width - 1) + 0.5) * 255);
}

const clamp = (shade: number): number => Math.min(255, Math.max(0, shade));

/** The window in which all values from one to another are told apart. */
export const windowOver = (least: number, most: number): Window => ({
  center: (least + most + 1) / 2,
  width: Math.max(1, most - least + 1),
});

export interface Wish {
  window: Window;
  /** Use the object's VOI table instead of the window. */
  useTable: boolean;
  inverted: boolean;
}

/** How a stored value becomes one of the modality's; null where it is that already. */
export function modalityOf({ modality, rescale }: Shading): ((value: number) => number) | null {
  const { slope, intercept } = rescale;
  if (modality) return (value) => entryOf(modality, value);
  return slope === 1 && intercept === 0 ? null : (value) => value * slope + intercept;
}

/** How a stored value becomes a shade. */
export function shader(shading: Shading, { window, useTable, inverted }: Wish): (value: number) => number {
  const { table, windowFunction } = shading;
  const modality = modalityOf(shading);
  const turned = shading.inverse !== inverted;
  const shade =
    useTable && table
      ? (value: number): number => (entryOf(table, value) * 255) / (2 ** table.bits - 1)
      : (value: number): number => windowed(value, window, windowFunction);
  return (value) => {
    const seen = shade(modality ? modality(value) : value);
    return turned ? 255 - seen : seen;
  };
}

const OPAQUE = 0xff000000;
const gray = (shade: number): number => OPAQUE | (Math.round(shade) * 0x010101);

/** Shades of pixels, as little-endian RGBA; whole values are looked up, others computed one by one. */
export function paintGray(
  pixels: ArrayLike<number>,
  out: Uint32Array,
  [least, most]: [number, number],
  shade: (value: number) => number,
): void {
  const whole = !(pixels instanceof Float32Array || pixels instanceof Float64Array);
  if (!whole || most - least > 0xffff) {
    for (let at = 0; at < out.length; at++) out[at] = gray(shade(pixels[at] ?? 0));
    return;
  }
  const table = new Uint32Array(most - least + 1);
  for (let at = 0; at < table.length; at++) table[at] = gray(shade(least + at));
  for (let at = 0; at < out.length; at++) out[at] = table[(pixels[at] ?? 0) - least] ?? OPAQUE;
}

/** Colours of pixels with so many samples of eight bits each. */
export function paintColour(pixels: ArrayLike<number>, out: Uint32Array, samples: number): void {
  for (let at = 0, from = 0; at < out.length; at++, from += samples) {
    out[at] = OPAQUE | (pixels[from] ?? 0) | ((pixels[from + 1] ?? 0) << 8) | ((pixels[from + 2] ?? 0) << 16);
  }
}

/** Colours of indices (PS3.3 C.7.9): the upper eight bits of each entry. */
export function paintPalette(
  pixels: ArrayLike<number>,
  out: Uint32Array,
  [red, green, blue]: [Table, Table, Table],
): void {
  const upper = (table: Table, value: number): number => entryOf(table, value) >> (table.bits - 8);
  for (let at = 0; at < out.length; at++) {
    const value = pixels[at] ?? 0;
    out[at] = OPAQUE | upper(red, value) | (upper(green, value) << 8) | (upper(blue, value) << 16);
  }
}
