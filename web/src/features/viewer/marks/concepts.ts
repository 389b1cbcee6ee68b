import type { Code, KeptMark, NewMark, Value } from '@/api/marks';
import type { ImagePoint, PatientPoint } from '../engine/view';
import type { Mark, MarkKind } from '../measure/mark';
import type { Quantity } from '../measure/measured';
import { basisOf, toPatient, toPlane, type Basis } from '../measure/space';

const code = (value: string, scheme: string, meaning: string): Code => ({ value, scheme, meaning });

const ATTENUATION = code('112031', 'DCM', 'Attenuation Coefficient');
const SUV = code('126401', 'DCM', 'SUVbw');
const SIGNAL = code('110852', 'DCM', 'MR signal intensity');
const STORED = code('pixel-value', '99SIXFOLD', 'Pixel value');
const DISTANCE = code('121206', 'DCM', 'Distance');

const GEOMETRY: Record<string, Code> = {
  Length: code('410668003', 'SCT', 'Length'),
  'Long axis': code('103339001', 'SCT', 'Long Axis'),
  'Short axis': code('103340004', 'SCT', 'Short Axis'),
  Angle: code('1483009', 'SCT', 'Angle'),
  'Cobb angle': code('285285000', 'SCT', 'Cobb angle'),
  Area: code('42798000', 'SCT', 'Area'),
  Perimeter: code('131191004', 'SCT', 'Perimeter'),
  Across: DISTANCE,
  Down: DISTANCE,
};
const DERIVED: Record<string, Code | null> = {
  mean: code('373098007', 'SCT', 'Mean'),
  sd: code('386136009', 'SCT', 'Standard Deviation'),
  least: code('255605001', 'SCT', 'Minimum'),
  most: code('56851009', 'SCT', 'Maximum'),
  value: null,
};
/** Pixels as UCUM writes what it has no unit for. */
const UNITS: Record<string, string> = { px: '{pixels}', px2: '{pixels}2', '': '1', counts: '{counts}' };

/** What the pixels are values of, by their unit. */
const conceptOf = (unit: string, modality: string | null): Code =>
  unit === "[hnsf'U]" ? ATTENUATION : unit.startsWith('g/ml') ? SUV : modality === 'MR' ? SIGNAL : STORED;

/** Values as a report keeps them; such as have no concept are left out (the number of pixels). */
export function valuesOf(quantities: Quantity[], modality: string | null): Value[] {
  return quantities.flatMap(({ name, value, unit }): Value[] => {
    const kept = UNITS[unit] ?? unit;
    const concept = GEOMETRY[name];
    if (concept) return [{ concept, value, unit: kept, derivation: null }];
    const derivation = DERIVED[name.replace(/^SUV /, '').toLowerCase()];
    if (derivation === undefined || !/^[\x21-\x7e]{1,16}$/.test(kept)) return [];
    return [{ concept: conceptOf(unit, modality), value, unit: kept, derivation }];
  });
}

const far = (a: ImagePoint | undefined, b: ImagePoint | undefined): number =>
  a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0;

/** The points in the order that they are kept in: an ellipse with its longer axis first (PS3.3 C.18.6.1.2). */
function orderedPoints({ kind, points }: Pick<Mark, 'kind' | 'points'>): ImagePoint[] {
  const [a, b, c, d] = points;
  return kind === 'ellipse' && a && b && c && d && far(c, d) > far(a, b) ? [c, d, a, b] : points;
}

/** A mark as it is sent, its points on its image or in space. */
export function sentMark(mark: Omit<Mark, 'id'>, uid: string, values: Value[]): NewMark {
  const { kind, space, seriesUid, sopUid, frame, text } = mark;
  const points = orderedPoints(mark);
  const placed = space
    ? {
        points: [],
        space: points.map((point) => toPatient(space, point)),
        frame_of_reference: space.frameOfReference,
      }
    : { points };
  return {
    kind: kind === 'probe' || kind === 'text' ? 'point' : kind,
    ...placed,
    uid,
    series_uid: seriesUid,
    sop_uid: sopUid,
    frame,
    label: text,
    values: kind === 'text' || kind === 'arrow' ? [] : values,
  };
}

interface Shape {
  kind: MarkKind;
  points: ImagePoint[];
  space?: Basis;
}

/** What a kept mark is on this page, and its points; null for what this page does not draw. */
export function drawnMark(kept: KeptMark): Shape | null {
  const inSpace = (kept.space ?? []) as PatientPoint[];
  const space = inSpace.length > 0 ? basisOf(kept.frame_of_reference, inSpace) : undefined;
  const points = space
    ? inSpace.map((point) => toPlane(space, point))
    : ((kept.points ?? []) as ImagePoint[]);
  const [first] = points;
  const shape = first && (kept.sop_uid || space) ? shapeOf(kept, points, first) : null;
  return shape && { ...shape, ...(space && { space }) };
}

function shapeOf({ kind, label, values }: KeptMark, points: ImagePoint[], first: ImagePoint): Shape | null {
  switch (kind) {
    case 'point':
      return { kind: label && !values?.length ? 'text' : 'probe', points };
    case 'circle':
      return { kind: 'ellipse', points: circleAsEllipse(first, points[1]) };
    case 'freehand':
      return { kind: 'freehand', points: far(first, points.at(-1)) === 0 ? points.slice(0, -1) : points };
    case 'polyline':
    case 'multipoint':
      return null;
    default:
      return { kind, points };
  }
}

function circleAsEllipse([x, y]: ImagePoint, rim: ImagePoint | undefined): ImagePoint[] {
  const radius = far([x, y], rim);
  return [
    [x - radius, y],
    [x + radius, y],
    [x, y - radius],
    [x, y + radius],
  ];
}

const SHOWN: Record<string, string> = {
  mm2: 'mm²',
  deg: '°',
  "[hnsf'U]": 'HU',
  'g/ml{SUVbw}': 'SUV',
  '{pixels}': 'px',
  '{pixels}2': 'px²',
  '1': '',
};

/** "Mean 12.3 HU", as the report says it. */
export function valueWords({ concept, derivation, value, unit }: Value): string {
  const name = derivation?.meaning ?? concept.meaning;
  const amount = Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toFixed(2)));
  return `${name} ${amount} ${SHOWN[unit] ?? unit}`.trim();
}
