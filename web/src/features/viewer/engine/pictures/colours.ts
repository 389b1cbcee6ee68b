import type { Described } from './described';
import type { Picture, Pixels } from './picture';

/** How the samples of decoded colours stand: side by side, plane after plane, or two pixels to a pair of colours. */
type Order = 'pixel' | 'plane' | 'pairs';

/** Where the three samples of a pixel are. */
function placesIn(order: Order, count: number): (at: number) => [number, number, number] {
  if (order === 'plane') return (at) => [at, at + count, at + 2 * count];
  if (order === 'pairs')
    return (at) => {
      const pair = (at >> 1) * 4;
      return [pair + (at & 1), pair + 2, pair + 3];
    };
  return (at) => [3 * at, 3 * at + 1, 3 * at + 2];
}

/** Interpretations whose decoders have already made RGB (PS3.3 C.7.6.3.1.2). */
const RGB_WHEN_DECODED = new Set(['RGB', 'YBR_RCT', 'YBR_ICT', 'YBR_PARTIAL_420']);

function orderOf(pixels: Pixels, { planarConfiguration }: Described, count: number, self: boolean): Order {
  if (pixels.length < 3 * count) return 'pairs';
  return planarConfiguration === 1 && !self ? 'plane' : 'pixel';
}

/**
 * Numbers of pixels as a picture. `self` says that the compressed form itself told how its samples stand, and not Planar
 * Configuration.
 */
export function shaped(pixels: Pixels, described: Described, self: boolean): Picture {
  const { columns, rows, samplesPerPixel } = described;
  if (samplesPerPixel === 1) return { columns, rows, samples: 1, pixels };
  if (pixels.length === 4 * columns * rows) return { columns, rows, samples: 4, pixels };
  return { columns, rows, samples: 3, pixels: rgbOf(pixels, described, self) };
}

/** Red, green and blue of eight bits each, side by side. */
function rgbOf(pixels: Pixels, described: Described, self: boolean): Pixels {
  const { columns, rows, bitsStored, photometricInterpretation: interpretation } = described;
  const count = columns * rows;
  const order = orderOf(pixels, described, count, self);
  const isRgb = RGB_WHEN_DECODED.has(interpretation) || (self && interpretation === 'YBR_FULL_422');
  const [least, shift] = [described.pixelRepresentation === 1 ? 2 ** (bitsStored - 1) : 0, bitsStored - 8];
  if (isRgb && order === 'pixel' && shift <= 0 && least === 0) return pixels;
  const out = new Uint8ClampedArray(3 * count);
  const places = placesIn(order, count);
  const eight = (place: number): number => {
    const value = (pixels[place] ?? 0) + least;
    return shift > 0 ? value >> shift : value;
  };
  for (let at = 0; at < count; at++) {
    const [first, second, third] = places(at);
    const [a, b, c] = [eight(first), eight(second), eight(third)];
    if (isRgb) out.set([a, b, c], 3 * at);
    else out.set(fromYbr(a, b - 128, c - 128), 3 * at);
  }
  return out;
}

/** YBR_FULL to RGB (PS3.3 C.7.6.3.1.2), the differences counted from their middle. */
const fromYbr = (y: number, cb: number, cr: number): [number, number, number] => [
  y + 1.402 * cr,
  y - 0.34414 * cb - 0.71414 * cr,
  y + 1.772 * cb,
];
