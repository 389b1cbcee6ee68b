import { number, TAG, text } from '@/api/dicomjson';
import type { Frame } from '../frames';
import { frameNumbers, planeOf } from '../geometry';
import { along, dot, length, minus } from './vectors';
import type { PatientPlane } from './view';

/** Whether planes can be cut through a series: what it needs, what to be careful of, or why not. */
export type Volume =
  { frames: Frame[]; bytes: number; spacing: number; warnings: string[] } | { refused: string };

const FEWEST = 3;
/** Parts of the usual gap by which another may differ: within the first silently, within the second with a warning. */
const EVEN = 0.01;
const UNEVEN = 0.05;
const TILT_DEGREES = 0.5;
const PARALLEL = 0.9999;

interface Placed {
  frame: Frame;
  plane: PatientPlane;
  /** Millimetres along the normal of the first image. */
  at: number;
}

const refusedIf = (condition: boolean, refused: string): { refused: string } | null =>
  condition ? { refused } : null;

/** Judge a series by its geometry (PS3.3 C.7.6.2) and by the memory that may be had, in bytes. */
export function volumeOf(frames: Frame[], memory: number): Volume {
  const planes = frames.map(planeOf);
  const [first] = planes;
  const placed = frames.flatMap((frame, index): Placed[] => {
    const plane = planes[index];
    return plane && first ? [{ frame, plane, at: dot(minus(plane.origin, first.origin), first.normal) }] : [];
  });
  const sorted = placed.sort((a, b) => a.at - b.at);
  const bytes = frames.reduce((sum, frame) => sum + frameBytes(frame), 0);
  const problem =
    refusedIf(frames.length < FEWEST, 'It has too few images.') ??
    refusedIf(
      !first || placed.length < frames.length,
      'Not all of its images say where in the patient they lie.',
    ) ??
    sameKind(sorted, first) ??
    tilted(sorted) ??
    refusedIf(
      bytes > memory,
      `It needs ${inMebibytes(bytes)} of memory, and this device can spare ${inMebibytes(memory)}.`,
    );
  return problem ?? spaced(sorted, bytes);
}

const inMebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MB`;

/** Values that had a fraction are kept as 32-bit numbers. */
function frameBytes(frame: Frame): number {
  const { dataSet } = frame;
  const [slope = 1] = frameNumbers(frame, TAG.RescaleSlope, TAG.PixelValueTransformationSequence);
  const bits = number(dataSet, TAG.BitsAllocated) ?? 16;
  const each = Number.isInteger(slope) ? Math.max(1, bits / 8) : 4;
  return (number(dataSet, TAG.Rows) ?? 0) * (number(dataSet, TAG.Columns) ?? 0) * each;
}

function sameKind(placed: Placed[], first: PatientPlane | null | undefined): { refused: string } | null {
  const one = placed[0];
  if (!one || !first) return null;
  const like = (tag: typeof TAG.Rows | typeof TAG.Columns): boolean =>
    placed.every(({ frame }) => number(frame.dataSet, tag) === number(one.frame.dataSet, tag));
  const spacing = (frame: Frame): string =>
    frameNumbers(frame, TAG.PixelSpacing, TAG.PixelMeasuresSequence)
      .map((value) => value.toFixed(4))
      .join();
  const parallel = placed.every(
    ({ plane }) => dot(plane.row, first.row) > PARALLEL && dot(plane.column, first.column) > PARALLEL,
  );
  return (
    refusedIf(
      placed.some(({ frame }) => (number(frame.dataSet, TAG.SamplesPerPixel) ?? 1) > 1),
      'Its images are in colour.',
    ) ??
    refusedIf(!parallel, 'Its images do not lie parallel.') ??
    refusedIf(
      placed.some(({ plane }) => plane.frameOfReference !== one.plane.frameOfReference),
      'Its images lie in different frames of reference.',
    ) ??
    refusedIf(!like(TAG.Rows) || !like(TAG.Columns), 'Its images differ in size.') ??
    refusedIf(spacing(one.frame) === '', 'It does not say how large its pixels are.') ??
    refusedIf(
      placed.some(({ frame }) => spacing(frame) !== spacing(one.frame)),
      'Its pixels differ in size.',
    )
  );
}

/** Slices that are not stacked straight along their normal: a gantry that was tilted. */
function tilted(placed: Placed[]): { refused: string } | null {
  const [a, b] = [placed[0], placed.at(-1)];
  if (!a || !b || b.at - a.at < 1e-3) return null;
  const way = minus(b.plane.origin, a.plane.origin);
  const aside = length(along(way, a.plane.normal, -dot(way, a.plane.normal)));
  const degrees = (Math.atan2(aside, Math.abs(dot(way, a.plane.normal))) * 180) / Math.PI;
  return refusedIf(
    degrees > TILT_DEGREES,
    `Its slices are stacked at a slant of ${degrees.toFixed(1)}°, as with a tilted gantry.`,
  );
}

function spaced(placed: Placed[], bytes: number): Volume {
  const gaps = placed.slice(1).map(({ at }, index) => at - (placed[index]?.at ?? 0));
  const usual = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  if (gaps.some((gap) => gap < 1e-3)) return { refused: 'Several of its images lie at the same place.' };
  const worst = Math.max(...gaps.map((gap) => Math.abs(gap - usual) / usual));
  const missing = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / usual) - 1), 0);
  if (missing > 0)
    return {
      refused: `${missing === 1 ? 'A slice is' : `${missing} slices are`} missing between its images.`,
    };
  if (worst > UNEVEN) return { refused: 'Its slices are not evenly spaced.' };
  const warnings = worst > EVEN ? [`Slices are up to ${(worst * 100).toFixed(0)} % unevenly spaced.`] : [];
  return { frames: placed.map(({ frame }) => frame), bytes, spacing: usual, warnings };
}

/** Words for what a series is called in its frame: for two that share a space. */
export const frameOfReference = (frame: Frame | undefined): string | null =>
  text(frame?.dataSet, TAG.FrameOfReferenceUID);
