import { items, number, numbers, TAG, text, type DataSet } from '@/api/dicomjson';
import type { ImagePoint } from '../engine/view';
import type { Frame } from '../frames';
import { frameNumbers } from '../geometry';

/** What a distance on an image means. */
export interface Scale {
  /** From one column to the next, and from one row to the next, in units of each axis. */
  column: number;
  row: number;
  /** Units along a row and along a column; lengths need both to be the same. */
  units: [across: Unit, down: Unit];
  /** Said with every length: where in space it is true. */
  said: string;
  /** True where a length is one in the patient. */
  trusted: boolean;
}

export type Unit = 'mm' | 'px' | 's' | 'cm/s' | 'Hz' | 'other';

/** Modalities whose images are shadows: what they show lies between the source and the detector. */
const PROJECTIONS = new Set(['CR', 'DX', 'MG', 'XA', 'RF', 'IO', 'PX', 'RG', 'RTIMAGE']);
/** Physical units of an ultrasound region (PS3.3 C.8.5.5.1.15): cm, seconds, hertz, cm/s. */
const REGION_UNITS: Record<number, Unit> = { 3: 'mm', 4: 's', 5: 'Hz', 7: 'cm/s' };
const CM = 10;

const MM: [Unit, Unit] = ['mm', 'mm'];
const inPixels = (said: string, column = 1, row = 1): Scale => ({
  column,
  row,
  units: ['px', 'px'],
  said,
  trusted: false,
});
const inMillimetres = ([row = 1, column = 1]: number[], said: string, trusted: boolean): Scale => ({
  column,
  row,
  units: MM,
  said,
  trusted,
});
const isSpacing = (pair: number[]): boolean => pair.length === 2 && pair.every((value) => value > 0);

/**
 * The scale of an image at some places of it (PS3.3 10.7.1.3). Only in ultrasound does it depend on the place: points that lie in
 * different regions, or in none, are measured in pixels.
 */
export function scaleOf(frame: Frame, points: ImagePoint[] = []): Scale {
  const { dataSet } = frame;
  const regions = items(dataSet, TAG.SequenceOfUltrasoundRegions);
  if (regions.length > 0) return regional(regions, points);
  const spacing = frameNumbers(frame, TAG.PixelSpacing, TAG.PixelMeasuresSequence);
  if (PROJECTIONS.has(text(dataSet, TAG.Modality) ?? '')) return projected(dataSet, spacing);
  if (isSpacing(spacing)) return stated(dataSet, spacing);
  const nominal = numbers(dataSet, TAG.NominalScannedPixelSpacing);
  if (isSpacing(nominal)) return inMillimetres(nominal, 'on the scanned film', false);
  return unscaled(dataSet);
}

/** Pixels that are not square still give true angles (PS3.3 C.7.6.3.1.7: vertical to horizontal). */
function unscaled(dataSet: DataSet): Scale {
  const [down = 1, across = 1] = numbers(dataSet, TAG.PixelAspectRatio);
  const ratio = down > 0 && across > 0 ? down / across : 1;
  return inPixels('not calibrated', 1, ratio);
}

/** Pixel Spacing of an image that is no shadow; a calibration says how it was found. */
function stated(dataSet: DataSet, spacing: number[]): Scale {
  const type = text(dataSet, TAG.PixelSpacingCalibrationType);
  return inMillimetres(spacing, type ? `calibrated (${type.toLowerCase()})` : '', true);
}

function projected(dataSet: DataSet, spacing: number[]): Scale {
  const imager = numbers(dataSet, TAG.ImagerPixelSpacing);
  const type = text(dataSet, TAG.PixelSpacingCalibrationType);
  const differs =
    isSpacing(imager) && imager.some((value, axis) => Math.abs(value - (spacing[axis] ?? 0)) > 1e-6);
  if (isSpacing(spacing) && (type !== null || differs)) {
    const how = { GEOMETRY: 'calibrated by geometry', FIDUCIAL: 'calibrated by an object of known size' };
    return inMillimetres(spacing, how[type as keyof typeof how] ?? 'calibrated, not said how', true);
  }
  if (!isSpacing(imager)) {
    if (isSpacing(spacing)) return inMillimetres(spacing, 'in a plane that is not said', false);
    const nominal = numbers(dataSet, TAG.NominalScannedPixelSpacing);
    return isSpacing(nominal) ? inMillimetres(nominal, 'on the scanned film', false) : unscaled(dataSet);
  }
  // Equal spacings mean that nothing was corrected: what is measured is the shadow (PS3.3 10.7.1.3).
  const magnified = number(dataSet, TAG.EstimatedRadiographicMagnificationFactor);
  if (magnified === null || magnified <= 0) return inMillimetres(imager, 'at the detector', false);
  const nearer = imager.map((value) => value / magnified);
  return inMillimetres(nearer, `magnification ${Number(magnified.toFixed(3))} taken out (estimated)`, true);
}

function regional(regions: DataSet[], points: ImagePoint[]): Scale {
  const [region, ...more] = regions.filter(
    (one) => points.length > 0 && points.every((point) => lies(point, one)),
  );
  if (!region)
    return inPixels(points.length > 0 ? 'not within one region of the scan' : 'depends on the region');
  if (more.length > 0 && !more.every((one) => alike(one, region))) return inPixels('in regions that overlap');
  return regionScale(region);
}

function regionScale(region: DataSet): Scale {
  const across = REGION_UNITS[number(region, TAG.PhysicalUnitsXDirection) ?? 0] ?? 'other';
  const down = REGION_UNITS[number(region, TAG.PhysicalUnitsYDirection) ?? 0] ?? 'other';
  const step = (tag: typeof TAG.PhysicalDeltaX | typeof TAG.PhysicalDeltaY, unit: Unit): number =>
    Math.abs(number(region, tag) ?? 0) * (unit === 'mm' ? CM : 1);
  const column = step(TAG.PhysicalDeltaX, across);
  const row = step(TAG.PhysicalDeltaY, down);
  if (column === 0 || row === 0 || across === 'other' || down === 'other') return inPixels('not calibrated');
  return { column, row, units: [across, down], said: '', trusted: true };
}

const alike = (a: DataSet, b: DataSet): boolean =>
  number(a, TAG.PhysicalDeltaX) === number(b, TAG.PhysicalDeltaX) &&
  number(a, TAG.PhysicalDeltaY) === number(b, TAG.PhysicalDeltaY) &&
  number(a, TAG.PhysicalUnitsXDirection) === number(b, TAG.PhysicalUnitsXDirection) &&
  number(a, TAG.PhysicalUnitsYDirection) === number(b, TAG.PhysicalUnitsYDirection);

/** Whether a point lies on a pixel of a region; its bounds are pixels and belong to it. */
function lies([column, row]: ImagePoint, region: DataSet): boolean {
  const at = (tag: typeof TAG.RegionLocationMinX0 | typeof TAG.RegionLocationMinY0, other: number): number =>
    number(region, tag) ?? other;
  const left = at(TAG.RegionLocationMinX0, Infinity);
  const top = at(TAG.RegionLocationMinY0, Infinity);
  const right = number(region, TAG.RegionLocationMaxX1) ?? -Infinity;
  const bottom = number(region, TAG.RegionLocationMaxY1) ?? -Infinity;
  return column >= left && column <= right + 1 && row >= top && row <= bottom + 1;
}
