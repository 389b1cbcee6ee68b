import { dot, minus } from '../engine/vectors';
import type { PatientPlane, PatientPoint } from '../engine/view';

/** Planes that meet at less than this are as good as parallel: their line would say nothing. */
const LEAST_SINE = 0.17;

/** Where a picture with these corners, in order around it, cuts a plane: the ends of the line; null when it does not. */
export function crossing(
  corners: PatientPoint[],
  normal: PatientPoint,
  plane: PatientPlane,
): [PatientPoint, PatientPoint] | null {
  const cosine = Math.abs(dot(normal, plane.normal));
  if (cosine > Math.sqrt(1 - LEAST_SINE * LEAST_SINE)) return null;
  const heights = corners.map((corner) => dot(minus(corner, plane.origin), plane.normal));
  const ends = corners.flatMap((corner, at): PatientPoint[] => {
    const next = corners[(at + 1) % corners.length] ?? corner;
    const [here, there] = [heights[at] ?? 0, heights[(at + 1) % corners.length] ?? 0];
    if (here >= 0 === there >= 0) return [];
    const share = here / (here - there);
    return [
      [
        corner[0] + (next[0] - corner[0]) * share,
        corner[1] + (next[1] - corner[1]) * share,
        corner[2] + (next[2] - corner[2]) * share,
      ],
    ];
  });
  const [first, second] = ends;
  return first && second ? [first, second] : null;
}
