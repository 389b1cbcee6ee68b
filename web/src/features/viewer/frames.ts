import { number, numbers, TAG, text, type DataSet } from '@/api/dicomjson';

/** One picture of a stack. */
export interface Frame {
  instanceUid: string;
  /** Counted from 1. */
  frame: number;
  dataSet: DataSet;
}

/** Whether pixels are colours, or stand for some: they have no window, and nothing can be measured in them (PS3.3 C.7.6.3.1.2). */
export const inColour = (dataSet: DataSet | undefined): boolean =>
  (number(dataSet, TAG.SamplesPerPixel) ?? 1) > 1 ||
  text(dataSet, TAG.PhotometricInterpretation) === 'PALETTE COLOR';

/** Distance of an image along the normal of its plane (PS3.3 C.7.6.2.1.1), null when not in a patient's space. */
function position(dataSet: DataSet): number | null {
  const [rx = 0, ry = 0, rz = 0, cx = 0, cy = 0, cz = 0, ...more] = numbers(
    dataSet,
    TAG.ImageOrientationPatient,
  );
  const [x, y, z] = numbers(dataSet, TAG.ImagePositionPatient);
  if (more.length > 0 || x === undefined || y === undefined || z === undefined) return null;
  return (ry * cz - rz * cy) * x + (rz * cx - rx * cz) * y + (rx * cy - ry * cx) * z;
}

function compare(a: DataSet, b: DataSet): number {
  const byNumber = (number(a, TAG.InstanceNumber) ?? Infinity) - (number(b, TAG.InstanceNumber) ?? Infinity);
  if (byNumber) return byNumber; // NaN (both absent) and 0 go on
  const byPlace = (position(a) ?? 0) - (position(b) ?? 0);
  if (byPlace) return byPlace;
  return (text(a, TAG.SOPInstanceUID) ?? '') < (text(b, TAG.SOPInstanceUID) ?? '') ? -1 : 1;
}

/** All frames of a series in reading order: instance number, then place in the patient, then UID. */
export function framesOf(instances: DataSet[]): Frame[] {
  const pictures = instances.filter((dataSet) => number(dataSet, TAG.Rows) !== null);
  return [...pictures].sort(compare).flatMap((dataSet) => {
    const count = Math.max(1, number(dataSet, TAG.NumberOfFrames) ?? 1);
    const instanceUid = text(dataSet, TAG.SOPInstanceUID) ?? '';
    return Array.from({ length: count }, (_, index) => ({ instanceUid, frame: index + 1, dataSet }));
  });
}

const FASTEST = 60;
const DEFAULT_FPS = 12;

/** Frames a second the object asks for (PS3.3 C.7.6.5): display rate, cine rate or frame time. */
export function frameRate(dataSet: DataSet | undefined): number {
  const frameTime = number(dataSet, TAG.FrameTime);
  const rate =
    number(dataSet, TAG.RecommendedDisplayFrameRate) ??
    number(dataSet, TAG.CineRate) ??
    (frameTime ? 1000 / frameTime : DEFAULT_FPS);
  return Math.min(FASTEST, Math.max(1, Math.round(rate)));
}
