import { items, number, numbers, TAG, text, type DataSet, type Tag } from '@/api/dicomjson';
import { along, cross, dot, minus } from './engine/vectors';
import type { ImagePoint, PatientPlane, PatientPoint } from './engine/view';
import type { Frame } from './frames';

/** A functional group of one frame: its own, else the shared one (PS3.3 C.7.6.16.1.1). */
export function functionalGroup({ dataSet, frame }: Frame, group: Tag): DataSet | undefined {
  const own = items(dataSet, TAG.PerFrameFunctionalGroupsSequence)[frame - 1];
  const [shared] = items(dataSet, TAG.SharedFunctionalGroupsSequence);
  return items(own, group)[0] ?? items(shared, group)[0];
}

/** Values of an attribute of a frame that enhanced objects keep in a functional group. */
export function frameNumbers(frame: Frame, tag: Tag, group: Tag): number[] {
  const own = numbers(frame.dataSet, tag);
  return own.length > 0 ? own : numbers(functionalGroup(frame, group), tag);
}

const unit = ([x, y, z]: PatientPoint): PatientPoint | null => {
  const size = Math.hypot(x, y, z);
  return size > 0 ? [x / size, y / size, z / size] : null;
};

/** Where a frame lies in the patient (PS3.3 C.7.6.2.1.1); null when it does not say, or says nonsense. */
export function planeOf(frame: Frame): PatientPlane | null {
  const position = frameNumbers(frame, TAG.ImagePositionPatient, TAG.PlanePositionSequence);
  const cosines = frameNumbers(frame, TAG.ImageOrientationPatient, TAG.PlaneOrientationSequence);
  if (position.length !== 3 || cosines.length !== 6) return null;
  const row = unit(cosines.slice(0, 3) as PatientPoint);
  const column = unit(cosines.slice(3) as PatientPoint);
  const normal = row && column && unit(cross(row, column));
  if (!normal) return null;
  return {
    frameOfReference: text(frame.dataSet, TAG.FrameOfReferenceUID),
    origin: position as PatientPoint,
    row,
    column,
    normal,
  };
}

/** Outer corners of a frame in the patient, around from the upper left one; null as for its plane or without a pixel size. */
export function cornersOf(frame: Frame): PatientPoint[] | null {
  const plane = planeOf(frame);
  const [down, across] = frameNumbers(frame, TAG.PixelSpacing, TAG.PixelMeasuresSequence);
  const [rows, columns] = [number(frame.dataSet, TAG.Rows), number(frame.dataSet, TAG.Columns)];
  if (!plane || !down || !across || !rows || !columns) return null;
  const { origin, row, column } = plane;
  const at = (x: number, y: number): PatientPoint => along(along(origin, row, x * across), column, y * down);
  const [right, bottom] = [columns - 0.5, rows - 0.5];
  return [at(-0.5, -0.5), at(right, -0.5), at(right, bottom), at(-0.5, bottom)];
}

/** Millimetres between columns and between rows, in this order, where the image says both. */
export function spacingOf(frame: Frame | undefined): [number, number] | null {
  if (!frame) return null;
  const [down, across] = frameNumbers(frame, TAG.PixelSpacing, TAG.PixelMeasuresSequence);
  return down && across ? [across, down] : null;
}

/** Where a point of the patient stands in a frame, looked at along its normal; null when it says not where it lies. */
export function placeOf(frame: Frame, point: PatientPoint): ImagePoint | null {
  const [plane, spacing] = [planeOf(frame), spacingOf(frame)];
  if (!plane || !spacing) return null;
  const from = minus(point, plane.origin);
  return [dot(from, plane.row) / spacing[0] + 0.5, dot(from, plane.column) / spacing[1] + 0.5];
}

/** The point of the patient at a place of a frame, the inverse of `placeOf`. */
export function pointAt(frame: Frame, [x, y]: ImagePoint): PatientPoint | null {
  const [plane, spacing] = [planeOf(frame), spacingOf(frame)];
  if (!plane || !spacing) return null;
  const across = along(plane.origin, plane.row, (x - 0.5) * spacing[0]);
  return along(across, plane.column, (y - 0.5) * spacing[1]);
}
