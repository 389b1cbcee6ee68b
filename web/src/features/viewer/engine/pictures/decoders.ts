import { samplesOf, type Described } from './described';
import { shaped } from './colours';
import { signExtended } from './native';
import type { Picture, Pixels } from './picture';

/*
 * Decoders of compressed frames, each fetched when the first frame of its kind comes. Those that tell themselves how many samples
 * a pixel has, and in what order, are believed.
 */

interface Decoded {
  pixelData: Pixels;
}
type Decoder = (bytes: Uint8Array, described: Described) => Promise<Decoded>;
/** The library's decoders take the description first or last. */
type First = (described: never, bytes: Uint8Array) => Promise<unknown>;
type Last = (bytes: Uint8Array, described: never) => Promise<unknown>;

const first =
  (load: () => Promise<{ default: First }>): (() => Promise<Decoder>) =>
  async () => {
    const { default: decode } = await load();
    return (bytes, described) => decode({ ...described } as never, bytes) as Promise<Decoded>;
  };
const last =
  (load: () => Promise<{ default: Last }>): (() => Promise<Decoder>) =>
  async () => {
    const { default: decode } = await load();
    return (bytes, described) => {
      const { pixelRepresentation, bitsAllocated } = described;
      const told = {
        ...described,
        signed: pixelRepresentation === 1,
        bytesPerPixel: bitsAllocated <= 8 ? 1 : 2,
      };
      return decode(bytes, told as never) as Promise<Decoded>;
    };
  };

const rle = first(() => import('@decoders/decodeRLE.js'));
const jpeg8 = last(() => import('@decoders/decodeJPEGBaseline8Bit.js'));
const jpeg12 = first(() => import('@decoders/decodeJPEGBaseline12Bit-js.js'));
const lossless = first(() => import('@decoders/decodeJPEGLossless.js'));
const jpegLs = last(() => import('@decoders/decodeJPEGLS.js'));
const jpeg2000 = last(() => import('@decoders/decodeJPEG2000.js'));
const htj2k = last(() => import('@decoders/decodeHTJ2K.js'));
const jpegXl = last(() => import('@decoders/decodeJPEGXL.js'));
const plain = first(() => import('@decoders/decodeEncapsulatedUncompressed.js'));
const deflated = first(() => import('@decoders/decodeDeflatedFrame.js'));

const RLE = '1.2.840.10008.1.2.5';
const BASELINE = '1.2.840.10008.1.2.4.50';
/** Forms in which Planar Configuration says how samples stand. */
const PLAIN = '1.2.840.10008.1.2.1.98';
const DEFLATED = '1.2.840.10008.1.2.8.1';

const DECODERS: Record<string, () => Promise<Decoder>> = {
  [RLE]: rle,
  [PLAIN]: plain,
  [DEFLATED]: deflated,
  [BASELINE]: jpeg8,
  '1.2.840.10008.1.2.4.51': jpeg12,
  '1.2.840.10008.1.2.4.57': lossless,
  '1.2.840.10008.1.2.4.70': lossless,
  '1.2.840.10008.1.2.4.80': jpegLs,
  '1.2.840.10008.1.2.4.81': jpegLs,
  '1.2.840.10008.1.2.4.90': jpeg2000,
  '1.2.840.10008.1.2.4.91': jpeg2000,
  '1.2.840.10008.1.2.4.110': jpegXl,
  '1.2.840.10008.1.2.4.111': jpegXl,
  '1.2.840.10008.1.2.4.112': jpegXl,
  '1.2.840.10008.1.2.4.201': htj2k,
  '1.2.840.10008.1.2.4.202': htj2k,
  '1.2.840.10008.1.2.4.203': htj2k,
};

const HEADED = new Set([RLE, PLAIN, DEFLATED]);

/** Colours of a JPEG as every browser shows them: what its own markers say of their coding counts. */
async function shown(bytes: Uint8Array): Promise<Picture> {
  const picture = await createImageBitmap(new Blob([bytes as BlobPart], { type: 'image/jpeg' }), {
    colorSpaceConversion: 'none',
  });
  const { width: columns, height: rows } = picture;
  const pen = new OffscreenCanvas(columns, rows).getContext('2d', { willReadFrequently: true });
  if (!pen) throw new Error('This browser cannot draw.');
  pen.drawImage(picture, 0, 0);
  picture.close();
  return { columns, rows, samples: 4, pixels: pen.getImageData(0, 0, columns, rows).data };
}

async function decoded(bytes: Uint8Array, described: Described, syntax: string): Promise<Pixels> {
  const load = DECODERS[syntax];
  if (!load) throw new Error(`There is no decoder for ${syntax}.`);
  const { pixelData } = await (await load())(bytes, described);
  // Some decoders give a view of their own memory, which the next frame overwrites.
  const own = pixelData.byteLength === pixelData.buffer.byteLength ? pixelData : pixelData.slice();
  if (own.length < (samplesOf(described) * 2) / 3) throw new Error('Pixels are missing in this image.');
  return signExtended(own, described);
}

/** A picture of the bytes of one compressed frame. */
export async function decode(bytes: Uint8Array, described: Described, syntax: string): Promise<Picture> {
  if (described.samplesPerPixel > 1 && syntax === BASELINE && described.bitsAllocated === 8)
    return shown(bytes);
  return shaped(await decoded(bytes, described, syntax), described, !HEADED.has(syntax));
}
