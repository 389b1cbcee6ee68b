import { along, cross, dot, length, minus } from '../engine/vectors';
import type { ImagePoint, PatientPlane, PatientPoint } from '../engine/view';
import type { Mark } from './mark';

/** A plane of the patient with axes of its own: points on it are mm along its row and its column. */
export interface Basis {
  frameOfReference: string;
  row: PatientPoint;
  column: PatientPoint;
  normal: PatientPoint;
  /** Millimetres along the normal. */
  depth: number;
}

/** Millimetres that a point may lie beside a plane and still be on it. */
const ON_PLANE = 0.3;
const ORIGIN: PatientPoint = [0, 0, 0];

export const toPatient = ({ row, column, normal, depth }: Basis, [u, v]: ImagePoint): PatientPoint =>
  along(along(along(ORIGIN, row, u), column, v), normal, depth);

export const toPlane = ({ row, column }: Basis, point: PatientPoint): ImagePoint => [
  dot(point, row),
  dot(point, column),
];

/** The axes of a plane in view; null where its space has no name, for a mark there could not be kept. */
export const basisIn = (plane: PatientPlane | null): Basis | null => {
  if (!plane?.frameOfReference) return null;
  const { frameOfReference, row, column, normal, origin } = plane;
  return { frameOfReference, row, column, normal, depth: dot(origin, normal) };
};

/** The planes that are seen most: axial, coronal, sagittal. */
const USUAL: [row: PatientPoint, column: PatientPoint][] = [
  [
    [1, 0, 0],
    [0, 1, 0],
  ],
  [
    [1, 0, 0],
    [0, 0, -1],
  ],
  [
    [0, 1, 0],
    [0, 0, -1],
  ],
];

/** A plane that holds points: a usual one if it can be, else any that does; points that lie in none are laid on one. */
export function basisOf(frameOfReference: string, points: PatientPoint[]): Basis {
  const first = points[0] ?? ORIGIN;
  const made = (row: PatientPoint, column: PatientPoint): Basis => {
    const normal = cross(row, column);
    return { frameOfReference, row, column, normal, depth: dot(first, normal) };
  };
  const usual = USUAL.map(([row, column]) => made(row, column)).find((basis) => holds(basis, points));
  if (usual) return usual;
  const way = longest(points.map((point) => minus(point, first)));
  const row = unit(way);
  const normal = unit(longest([...points.map((point) => cross(row, minus(point, first))), ...across(row)]));
  return made(row, cross(normal, row));
}

const longest = (ways: PatientPoint[]): PatientPoint =>
  ways.reduce((best, way) => (length(way) > length(best) + 1e-6 ? way : best), ORIGIN);
const unit = (way: PatientPoint): PatientPoint =>
  length(way) > 0 ? along(ORIGIN, way, 1 / length(way)) : [1, 0, 0];
/** Directions square to a line, tiny: they count where its points have none. */
const across = (row: PatientPoint): PatientPoint[] =>
  [cross(row, [0, 0, 1]), cross(row, [0, 1, 0])].map((way) => along(ORIGIN, way, 1e-4));

export const holds = ({ normal, depth }: Basis, points: PatientPoint[]): boolean =>
  points.every((point) => Math.abs(dot(point, normal) - depth) <= ON_PLANE);

export const patientPoints = ({ points, space }: Pick<Mark, 'points' | 'space'>): PatientPoint[] =>
  space ? points.map((point) => toPatient(space, point)) : [];

/** Marks in space that lie in a plane, with their points by its axes. */
export const lying = (marks: readonly Mark[], basis: Basis): Mark[] =>
  marks.flatMap((mark) => {
    if (mark.space?.frameOfReference !== basis.frameOfReference) return [];
    const points = patientPoints(mark);
    if (!holds(basis, points)) return [];
    return [{ ...mark, space: basis, points: points.map((point) => toPlane(basis, point)) }];
  });

/** Where lines go through a plane. */
export function piercings(lines: PatientPoint[][], { normal, origin }: PatientPlane): PatientPoint[] {
  const height = (point: PatientPoint): number => dot(minus(point, origin), normal);
  return lines.flatMap((line) =>
    line.slice(1).flatMap((end, at): PatientPoint[] => {
      const start = line[at] ?? end;
      const [a, b] = [height(start), height(end)];
      return a >= 0 === b >= 0 ? [] : [along(start, minus(end, start), a / (a - b))];
    }),
  );
}
