import { cache, type Types } from '@cornerstonejs/core';
import { items, number, TAG, text, type DataSet } from '@/api/dicomjson';
import type { Series } from '@/api/series';
import { imageIdOf } from '../engine/image-ids';
import type { Frame } from '../frames';
import { frameNumbers, functionalGroup } from '../geometry';
import type { Values } from './statistics';

/** From stored values to those of the modality (PS3.3 C.7.6.16.2.9, C.11.1). */
export interface Rescale {
  slope: number;
  intercept: number;
}

export function rescaleOf(frame: Frame): Rescale {
  const [slope = 1] = frameNumbers(frame, TAG.RescaleSlope, TAG.PixelValueTransformationSequence);
  const [intercept = 0] = frameNumbers(frame, TAG.RescaleIntercept, TAG.PixelValueTransformationSequence);
  return { slope, intercept };
}

const UNITS: Record<string, string> = {
  HU: "[hnsf'U]",
  BQML: 'Bq/ml',
  GML: 'g/ml{SUVbw}',
  CNTS: 'counts',
  US: '',
};

/** The unit of the values after the rescale; empty when the object does not say. */
export function unitOf(frame: Frame): string {
  const { dataSet } = frame;
  const group: DataSet | undefined = functionalGroup(frame, TAG.PixelValueTransformationSequence);
  const said = text(dataSet, TAG.Units) ?? text(dataSet, TAG.RescaleType) ?? text(group, TAG.RescaleType);
  if (said !== null) return UNITS[said] ?? said;
  const isRescaled = frameNumbers(frame, TAG.RescaleSlope, TAG.PixelValueTransformationSequence).length > 0;
  return text(dataSet, TAG.Modality) === 'CT' && isRescaled ? (UNITS['HU'] ?? '') : '';
}

/** What was done to values already, undone, and then what should be. */
export function corrected(applied: Rescale, wanted: Rescale): Rescale {
  const slope = wanted.slope / applied.slope;
  return { slope, intercept: wanted.intercept - applied.intercept * slope };
}

/** What the loader did to the values of an image as it decoded it. */
function applied({ preScale }: Types.IImage): Rescale {
  const { rescaleSlope, rescaleIntercept } = (preScale?.scaled && preScale.scalingParameters) || {};
  return { slope: rescaleSlope || 1, intercept: rescaleIntercept ?? 0 };
}

const inColour = (image: Types.IImage, { dataSet }: Frame): boolean =>
  image.color || (number(dataSet, TAG.SamplesPerPixel) ?? 1) > 1;

/** The pixels of a loaded image in the unit of its modality; null for colour and what is not loaded. */
export function pixelValues(series: Series, frame: Frame): Values | null {
  const image = cache.getImage(imageIdOf(series, frame)) as Types.IImage | undefined;
  if (!image || inColour(image, frame)) return null;
  // A modality table is applied on the way to the screen only: its values are told as they are stored.
  const table = items(frame.dataSet, TAG.ModalityLUTSequence).length > 0;
  const { slope, intercept } = corrected(
    applied(image),
    table ? { slope: 1, intercept: 0 } : rescaleOf(frame),
  );
  const pixels = image.getPixelData();
  const { columns, rows } = image;
  return {
    columns,
    rows,
    unit: table ? 'stored' : unitOf(frame),
    at: (column, row) => (pixels[row * columns + column] ?? NaN) * slope + intercept,
  };
}
