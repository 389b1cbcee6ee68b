import { samplesOf, type Described } from './described';
import type { Pixels } from './picture';

const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const NATIVE = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99', BIG_ENDIAN]);

/** Whether pixels of a transfer syntax need no decoder (PS3.5 8.1, A.1 to A.3, A.5). */
export const isNative = (syntax: string): boolean => NATIVE.has(syntax);

type Made = new (buffer: ArrayBuffer, offset: number, length: number) => Pixels;

function numbersOf({ bitsAllocated, pixelRepresentation }: Described): Made {
  const signed = pixelRepresentation === 1;
  if (bitsAllocated === 8) return signed ? Int8Array : Uint8Array;
  if (bitsAllocated === 16) return signed ? Int16Array : Uint16Array;
  if (bitsAllocated === 64) return Float64Array;
  if (bitsAllocated !== 32) throw new Error(`Pixels of ${bitsAllocated} bits cannot be shown.`);
  if (pixelRepresentation === undefined) return Float32Array;
  return signed ? Int32Array : Uint32Array;
}

/** Single bits, the first pixel in the lowest (PS3.5 D.1). */
function unpacked(bytes: Uint8Array, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1);
}

function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const out = bytes.slice();
  for (let at = 0; at + width <= out.length; at += width) out.subarray(at, at + width).reverse();
  return out;
}

/** Numbers of pixels that are not compressed; throws where bytes are missing. */
export function nativePixels(bytes: Uint8Array, described: Described, syntax: string): Pixels {
  const count = samplesOf(described);
  if (described.bitsAllocated === 1) return enough(bytes, Math.ceil(count / 8)) && unpacked(bytes, count);
  const width = described.bitsAllocated / 8;
  const pairs = described.photometricInterpretation === 'YBR_FULL_422'; // two pixels share their colour
  const told = pairs && bytes.length < count * width ? Math.ceil(count / 3) * 2 : count;
  enough(bytes, told * width);
  const ordered = syntax === BIG_ENDIAN && width > 1 ? swapped(bytes, width) : bytes;
  const aligned = ordered.byteOffset % width === 0 ? ordered : ordered.slice();
  const pixels = new (numbersOf(described))(aligned.buffer as ArrayBuffer, aligned.byteOffset, told);
  return signExtended(pixels, described);
}

function enough(bytes: Uint8Array, needed: number): true {
  if (bytes.length < needed)
    throw new Error(`This image is cut off: ${bytes.length} of ${needed} bytes of pixels are there.`);
  return true;
}

/** Bits above the stored ones are no part of a value (PS3.5 8.1.1): those of negative ones repeat the sign. */
export function signExtended(pixels: Pixels, { pixelRepresentation, bitsStored }: Described): Pixels {
  const shift = 32 - bitsStored;
  if (pixelRepresentation !== 1 || bitsStored >= pixels.BYTES_PER_ELEMENT * 8) return pixels;
  for (let at = 0; at < pixels.length; at++) pixels[at] = ((pixels[at] ?? 0) << shift) >> shift;
  return pixels;
}
