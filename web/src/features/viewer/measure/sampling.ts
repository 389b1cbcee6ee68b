import { dot, minus } from '../engine/vectors';
import type { ImagePoint, PatientPlane, PatientPoint } from '../engine/view';
import type { Frame } from '../frames';
import { frameNumbers, planeOf } from '../geometry';
import { TAG } from '@/api/dicomjson';
import { toPatient, type Basis } from './space';
import type { Values } from './statistics';

/** Values of a volume on a plane through it, cell by cell. */
export interface Sampled {
  values: Values;
  /** From mm of the plane to cells. */
  toGrid: (point: ImagePoint) => ImagePoint;
  /** The value at a place of the plane, NaN off the volume. */
  at: (point: ImagePoint) => number;
}

const MOST_CELLS = 512;

interface Slice {
  values: Values | null;
  depth: number;
}

/** A volume that tells its values at any place. */
export interface Sampler {
  /** Linear along each axis between voxels; NaN off the volume and where an image is not here yet. */
  at: (point: PatientPoint) => number;
  /** The finest spacing, in mm. */
  step: number;
  unit: string;
}

export function samplerOf(frames: Frame[], valuesOf: (frame: Frame) => Values | null): Sampler | null {
  const [first] = frames;
  const plane = first && planeOf(first);
  const [down, across] = first ? frameNumbers(first, TAG.PixelSpacing, TAG.PixelMeasuresSequence) : [];
  if (!plane || !down || !across) return null;
  const slices = slicesOf(frames, plane, valuesOf);
  const gap = (slices[1]?.depth ?? 0) - (slices[0]?.depth ?? 0);
  if (gap <= 0) return null;
  return {
    step: Math.min(down, across, gap),
    unit: unitOf(slices),
    at: (point) => {
      const from = minus(point, plane.origin);
      const place: ImagePoint = [dot(from, plane.row) / across, dot(from, plane.column) / down];
      return between(slices, dot(from, plane.normal), place);
    },
  };
}

const unitOf = (slices: Slice[]): string => slices.find(({ values }) => values)?.values?.unit ?? '';

const slicesOf = (
  frames: Frame[],
  { origin, normal }: PatientPlane,
  valuesOf: (frame: Frame) => Values | null,
): Slice[] =>
  frames
    .flatMap((frame): Slice[] => {
      const place = planeOf(frame)?.origin;
      return place ? [{ values: valuesOf(frame), depth: dot(minus(place, origin), normal) }] : [];
    })
    .sort((a, b) => a.depth - b.depth);

function between(slices: Slice[], depth: number, place: ImagePoint): number {
  const above = slices.findIndex((slice) => slice.depth >= depth - 1e-6);
  const upper = slices[above];
  if (!upper) return NaN;
  if (Math.abs(upper.depth - depth) < 1e-6) return inSlice(upper.values, place);
  const lower = slices[above - 1];
  if (!lower) return NaN;
  const share = (depth - lower.depth) / (upper.depth - lower.depth);
  return inSlice(lower.values, place) * (1 - share) + inSlice(upper.values, place) * share;
}

/** Between the centres of four pixels, which stand at whole numbers here. */
function inSlice(values: Values | null, [x, y]: ImagePoint): number {
  if (!values || x < -1e-6 || y < -1e-6 || x > values.columns - 1 + 1e-6 || y > values.rows - 1 + 1e-6)
    return NaN;
  const [column, row] = [
    Math.min(Math.max(0, Math.floor(x)), values.columns - 1),
    Math.min(Math.max(0, Math.floor(y)), values.rows - 1),
  ];
  const [right, lower] = [Math.min(column + 1, values.columns - 1), Math.min(row + 1, values.rows - 1)];
  const [a, b] = [Math.max(0, x - column), Math.max(0, y - row)];
  const upper = values.at(column, row) * (1 - a) + values.at(right, row) * a;
  return upper * (1 - b) + (values.at(column, lower) * (1 - a) + values.at(right, lower) * a) * b;
}

/** Cells as large as the finest spacing of the volume, their corners at multiples of it, around points of a plane. */
export function sampled(basis: Basis, points: ImagePoint[], sampler: Sampler): Sampled {
  const [us, vs] = [points.map(([u]) => u), points.map(([, v]) => v)];
  const extent = Math.max(Math.max(...us) - Math.min(...us), Math.max(...vs) - Math.min(...vs));
  const step = Math.max(sampler.step, extent / MOST_CELLS);
  const start = (places: number[]): number => Math.floor((Math.min(...places) - extent) / step - 1) * step;
  const [u0, v0] = [start(us), start(vs)];
  const side = Math.ceil((3 * extent) / step) + 4;
  const at = (point: ImagePoint): number => sampler.at(toPatient(basis, point));
  return {
    at,
    toGrid: ([u, v]) => [(u - u0) / step, (v - v0) / step],
    values: {
      columns: side,
      rows: side,
      unit: sampler.unit,
      at: (column, row) => at([u0 + (column + 0.5) * step, v0 + (row + 0.5) * step]),
    },
  };
}
