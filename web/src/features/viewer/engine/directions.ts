import { unplaced, type Matrix } from './placement';
import { along } from './vectors';
import type { PatientPlane } from './view';

/** Letters at the four sides of the picture (PS3.3 C.7.6.1.1.1). */
export interface Directions {
  top: string;
  right: string;
  bottom: string;
  left: string;
}

type Vector = [number, number, number];
const LETTERS: [positive: string, negative: string][] = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F'],
];
const SMALLEST = 0.0001;

/** The letters of a direction in the patient's space, the strongest part first. */
export function letters(vector: Vector): string {
  return vector
    .map((value, axis) => ({ size: Math.abs(value), letter: LETTERS[axis]?.[value > 0 ? 0 : 1] ?? '' }))
    .filter(({ size }) => size > SMALLEST)
    .sort((a, b) => b.size - a.size)
    .slice(0, 2)
    .filter(({ size }, _, [first]) => size > 0.3 * (first?.size ?? 1))
    .map(({ letter }) => letter)
    .join('');
}

const opposite = ([x, y, z]: Vector): Vector => [-x, -y, -z];

/** The sides of the picture as a camera sees them. */
export function directions({
  viewUp,
  viewPlaneNormal,
}: {
  viewUp?: readonly number[] | undefined;
  viewPlaneNormal?: readonly number[] | undefined;
}): Directions | null {
  if (!viewUp || !viewPlaneNormal) return null;
  const up = viewUp as unknown as Vector;
  const [ux, uy, uz] = up;
  const [nx, ny, nz] = viewPlaneNormal as unknown as Vector;
  const right: Vector = [uy * nz - uz * ny, uz * nx - ux * nz, ux * ny - uy * nx];
  return {
    top: letters(up),
    bottom: letters(opposite(up)),
    right: letters(right),
    left: letters(opposite(right)),
  };
}

/** The sides of an image that stands in its pane by a matrix. */
export function directionsOf(plane: PatientPlane | null, matrix: Matrix | null): Directions | null {
  if (!plane || !matrix) return null;
  // Where a step up the pane leads in the patient, and whether one looks at the plane from its front.
  const [[x0, y0], [x1, y1]] = [unplaced(matrix, [0, 0]), unplaced(matrix, [0, -1])];
  const [x, y] = [x1 - x0, y1 - y0];
  const size = Math.hypot(x, y) || 1;
  const viewUp = along(along([0, 0, 0], plane.row, x / size), plane.column, y / size);
  const facing = matrix[0] * matrix[3] - matrix[1] * matrix[2] > 0 ? -1 : 1;
  return directions({ viewUp, viewPlaneNormal: along([0, 0, 0], plane.normal, facing) });
}
