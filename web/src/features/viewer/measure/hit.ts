import type { CanvasPoint, ImagePoint } from '../engine/view';
import type { Mark } from './mark';
import { ellipseOf, ellipseOutline } from './shapes';

/** What is under the pointer: a mark, and the handle of it if it is one. */
export interface Hit {
  mark: Mark;
  handle: number | null;
}

/** The lines a mark is drawn with, in image coordinates; closed ones end where they began. */
export function linesOf({ kind, points }: Pick<Mark, 'kind' | 'points'>): ImagePoint[][] {
  const [first] = points;
  switch (kind) {
    case 'ellipse': {
      const ellipse = ellipseOf(points);
      const outline = ellipse ? ellipseOutline(ellipse) : points;
      return [outline[0] ? [...outline, outline[0]] : outline];
    }
    case 'rectangle':
    case 'freehand':
      return [first ? [...points, first] : points];
    case 'cobb':
    case 'bidirectional':
      return [points.slice(0, 2), points.slice(2, 4)].filter((line) => line.length === 2);
    case 'probe':
    case 'text':
      return [];
    default:
      return [points];
  }
}

/** A freehand outline is moved as a whole. */
export const handlesOf = ({ kind, points }: Pick<Mark, 'kind' | 'points'>): ImagePoint[] =>
  kind === 'freehand' ? [] : points;

/** Pixels from a point to a line between two others. */
export function distanceTo(point: CanvasPoint, a: CanvasPoint, b: CanvasPoint): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const size = dx * dx + dy * dy;
  const share = size === 0 ? 0 : ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / size;
  const near = Math.min(1, Math.max(0, share));
  return Math.hypot(point[0] - a[0] - dx * near, point[1] - a[1] - dy * near);
}

/** The mark under the pointer, handles before lines and the newest first; `reach` in CSS pixels. */
export function hitOf(
  marks: readonly Mark[],
  at: CanvasPoint,
  toCanvas: (point: ImagePoint) => CanvasPoint | null,
  reach: number,
): Hit | null {
  const newest = [...marks].reverse();
  for (const mark of newest) {
    const handle = handlesOf(mark).findIndex((point) => {
      const place = toCanvas(point);
      return place !== null && Math.hypot(at[0] - place[0], at[1] - place[1]) <= reach;
    });
    if (handle >= 0) return { mark, handle };
  }
  const mark = newest.find((one) =>
    linesOf(one).some((line) => {
      const places = line.map(toCanvas).filter((place) => place !== null);
      return places.some(
        (place, index) => index > 0 && distanceTo(at, places[index - 1] ?? place, place) <= reach,
      );
    }),
  );
  return mark ? { mark, handle: null } : null;
}
