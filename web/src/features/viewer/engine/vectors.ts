import type { PatientPlane, PatientPoint } from './view';

export const dot = (a: PatientPoint, b: PatientPoint): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: PatientPoint, b: PatientPoint): PatientPoint => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const minus = (a: PatientPoint, b: PatientPoint): PatientPoint => [
  a[0] - b[0],
  a[1] - b[1],
  a[2] - b[2],
];

/** `a` and `amount` times `b`. */
export const along = (a: PatientPoint, b: PatientPoint, amount: number): PatientPoint => [
  a[0] + b[0] * amount,
  a[1] + b[1] * amount,
  a[2] + b[2] * amount,
];

export const length = (a: PatientPoint): number => Math.hypot(...a);

/** The plane that passes nearest to a point, null when none lies in a patient. */
export function nearest(planes: (PatientPlane | null)[], point: PatientPoint): number | null {
  let best: number | null = null;
  let least = Infinity;
  planes.forEach((plane, index) => {
    if (!plane) return;
    const distance = Math.abs(dot(minus(point, plane.origin), plane.normal));
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}
