import { items, TAG, text, type DataSet } from '@/api/dicomjson';
import type { Series } from '@/api/series';
import { pictureOf } from '../engine/pictures';
import { rescaleOf } from '../engine/tables';
import { inColour, type Frame } from '../frames';
import { frameNumbers, functionalGroup } from '../geometry';
import type { Values } from './statistics';

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

/** The pixels of a loaded image in the unit of its modality; null for colour and what is not loaded. */
export function pixelValues(series: Series, frame: Frame): Values | null {
  const picture = pictureOf(series, frame);
  if (!picture || inColour(frame.dataSet)) return null;
  // A modality table is applied on the way to the screen only: its values are told as they are stored.
  const table = items(frame.dataSet, TAG.ModalityLUTSequence).length > 0;
  const { slope, intercept } = table ? { slope: 1, intercept: 0 } : rescaleOf(frame);
  const { columns, rows, pixels } = picture;
  return {
    columns,
    rows,
    unit: table ? 'stored' : unitOf(frame),
    at: (column, row) => (pixels[row * columns + column] ?? NaN) * slope + intercept,
  };
}
