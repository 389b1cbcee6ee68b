import { utilities } from '@cornerstonejs/core';
import { TAG, text } from '@/api/dicomjson';
import { frameAddress, type Series } from '@/api/series';
import { frameNumbers, planeOf } from '../../geometry';
import type { Frame } from '../../frames';
import { loadPicture, type Pixels } from '../pictures';
import { describe } from '../pictures/described';
import { rescaleOf, type Rescale } from '../tables';
import type { PatientPlane } from '../view';

/*
 * Frames as the engine of planes wants them: values of the modality, all of a volume in numbers of the same width.
 */

export const SCHEME = 'sixfold';

type Width = 'Int16Array' | 'Uint16Array' | 'Float32Array';

interface Slice {
  series: Series;
  frame: Frame;
  plane: PatientPlane | null;
  /** Millimetres between rows and between columns. */
  spacing: number[];
  rescale: Rescale;
  width: Width;
}

const slices = new Map<string, Slice>();

/** The least and the greatest value that a frame can hold. */
function range(frame: Frame): [number, number] {
  const { bitsStored, pixelRepresentation } = describe(frame.dataSet);
  const { slope, intercept } = rescaleOf(frame);
  const [least, most] =
    pixelRepresentation === 1
      ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1]
      : [0, 2 ** bitsStored - 1];
  const ends = [least * slope + intercept, most * slope + intercept].sort((a, b) => a - b);
  return [ends[0] ?? 0, ends[1] ?? 0];
}

const isWhole = (frame: Frame): boolean => {
  const { slope, intercept } = rescaleOf(frame);
  const { bitsAllocated, pixelRepresentation } = describe(frame.dataSet);
  return (
    bitsAllocated <= 16 &&
    pixelRepresentation !== undefined &&
    [slope, intercept].every((part) => Number.isInteger(part))
  );
};

/** The narrowest numbers that hold every value of all frames. */
export function widthOf(frames: Frame[]): Width {
  if (!frames.every(isWhole)) return 'Float32Array';
  const ranges = frames.map(range);
  const least = Math.min(...ranges.map(([from]) => from));
  const most = Math.max(...ranges.map(([, to]) => to));
  if (least >= -32768 && most <= 32767) return 'Int16Array';
  return least >= 0 && most <= 65535 ? 'Uint16Array' : 'Float32Array';
}

/** Tell the engine of the frames of a volume; gives what it calls them, in the same order. */
export function register(series: Series, frames: Frame[]): string[] {
  const width = widthOf(frames);
  return frames.map((frame) => {
    const imageId = `${SCHEME}:${frameAddress(series, frame.instanceUid, frame.frame)}`;
    const [spacing, plane] = [
      frameNumbers(frame, TAG.PixelSpacing, TAG.PixelMeasuresSequence),
      planeOf(frame),
    ];
    slices.set(imageId, { series, frame, plane, spacing, rescale: rescaleOf(frame), width });
    return imageId;
  });
}

const ARRAYS = { Int16Array, Uint16Array, Float32Array };

/** Values of the modality (PS3.3 C.11.1.1.2); the pixels themselves where they are that already. */
function valuesOf(pixels: Pixels, { slope, intercept }: Rescale, width: Width): Pixels {
  if (slope === 1 && intercept === 0 && pixels instanceof ARRAYS[width]) return pixels;
  const values = new ARRAYS[width](pixels.length);
  for (let at = 0; at < values.length; at++) values[at] = (pixels[at] ?? 0) * slope + intercept;
  return values;
}

function extent(values: Pixels): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

async function made(imageId: string): Promise<object> {
  const slice = slices.get(imageId);
  if (!slice) throw new Error('This image is of no volume.');
  const { columns, rows, pixels } = await loadPicture(slice.series, slice.frame);
  const values = valuesOf(pixels, slice.rescale, slice.width);
  const [minPixelValue, maxPixelValue] = extent(values);
  const [down = 1, across = 1] = slice.spacing;
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({
    scalarData: values as never,
    width: columns,
    height: rows,
    numberOfComponents: 1,
  });
  return {
    imageId,
    dataType: slice.width,
    color: false,
    rgba: false,
    numberOfComponents: 1,
    columns,
    rows,
    width: columns,
    height: rows,
    columnPixelSpacing: across,
    rowPixelSpacing: down,
    slope: 1,
    intercept: 0,
    invert: false,
    minPixelValue,
    maxPixelValue,
    windowCenter: [(minPixelValue + maxPixelValue + 1) / 2],
    windowWidth: [maxPixelValue - minPixelValue + 1],
    sizeInBytes: values.byteLength,
    voxelManager,
    getPixelData: () => values,
    getCanvas: undefined,
  };
}

/** The engine's way to a slice. */
export const loadSlice = (imageId: string): { promise: Promise<object> } => ({ promise: made(imageId) });

/** What the engine asks of a slice: of its values in the modality, not of those that are stored. */
export function tellOf(module: string, imageId: string): object | undefined {
  const slice = slices.get(imageId);
  if (!slice) return undefined;
  const { frame, series, plane, width } = slice;
  const { columns, rows } = describe(frame.dataSet);
  const [down = 1, across = 1] = slice.spacing;
  const modules: Record<string, () => object> = {
    imagePixelModule: () => ({
      bitsAllocated: width === 'Float32Array' ? 32 : 16,
      bitsStored: width === 'Float32Array' ? 32 : 16,
      highBit: width === 'Float32Array' ? 31 : 15,
      pixelRepresentation: width === 'Int16Array' ? 1 : 0,
      photometricInterpretation: text(frame.dataSet, TAG.PhotometricInterpretation) ?? 'MONOCHROME2',
      samplesPerPixel: 1,
    }),
    imagePlaneModule: () => ({
      frameOfReferenceUID: plane?.frameOfReference,
      imageOrientationPatient: plane && [...plane.row, ...plane.column],
      imagePositionPatient: plane?.origin,
      rowCosines: plane?.row,
      columnCosines: plane?.column,
      pixelSpacing: [down, across],
      rowPixelSpacing: down,
      columnPixelSpacing: across,
      columns,
      rows,
    }),
    generalSeriesModule: () => ({ modality: series.modality, seriesInstanceUID: series.uid }),
    modalityLutModule: () => ({ rescaleSlope: 1, rescaleIntercept: 0 }),
    voiLutModule: () => ({}),
  };
  return modules[module]?.();
}
