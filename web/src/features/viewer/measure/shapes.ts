import type { ImagePoint } from '../engine/view';

/** Distance from one column to the next and from one row to the next. */
export interface Step {
  column: number;
  row: number;
}

const apart = (a: ImagePoint, b: ImagePoint, { column, row }: Step): [number, number] => [
  (b[0] - a[0]) * column,
  (b[1] - a[1]) * row,
];

export const lengthOf = (a: ImagePoint, b: ImagePoint, step: Step): number =>
  Math.hypot(...apart(a, b, step));

const DEGREES = 180 / Math.PI;

/** Degrees from 0 to 180 at the corner between two ends; NaN when an end lies on the corner. */
export function angleOf(end: ImagePoint, corner: ImagePoint, other: ImagePoint, step: Step): number {
  const [ax, ay] = apart(corner, end, step);
  const [bx, by] = apart(corner, other, step);
  if ((ax === 0 && ay === 0) || (bx === 0 && by === 0)) return NaN;
  return Math.atan2(Math.abs(ax * by - ay * bx), ax * bx + ay * by) * DEGREES;
}

/** Degrees from 0 to 90 between two lines, which have no direction. */
export function cobbOf(
  [a, b]: [ImagePoint, ImagePoint],
  [c, d]: [ImagePoint, ImagePoint],
  step: Step,
): number {
  const moved: ImagePoint = [a[0] + d[0] - c[0], a[1] + d[1] - c[1]];
  const angle = angleOf(b, a, moved, step);
  return Math.min(angle, 180 - angle);
}

/** Area within a closed outline that does not cross itself. */
export function areaOf(outline: ImagePoint[], { column, row }: Step): number {
  let twice = 0;
  outline.forEach((point, at) => {
    const next = outline[(at + 1) % outline.length] ?? point;
    twice += point[0] * next[1] - next[0] * point[1];
  });
  return (Math.abs(twice) / 2) * column * row;
}

/** Length around a closed outline. */
export const aroundOf = (outline: ImagePoint[], step: Step): number =>
  outline.reduce(
    (sum, point, at) => sum + lengthOf(point, outline[(at + 1) % outline.length] ?? point, step),
    0,
  );

/** An ellipse by its centre and two half diameters that are conjugate: so it stays one under any scale of the axes. */
export interface Ellipse {
  centre: ImagePoint;
  first: ImagePoint;
  second: ImagePoint;
}

/** From the ends of one diameter and the ends of the other. */
export function ellipseOf([a, b, c, d]: ImagePoint[]): Ellipse | null {
  if (!a || !b || !c || !d) return null;
  return {
    centre: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2],
    first: [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2],
    second: [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2],
  };
}

const turned = ({ first, second }: Ellipse): number => first[0] * second[1] - first[1] * second[0];

export const ellipseArea = (ellipse: Ellipse, { column, row }: Step): number =>
  Math.PI * Math.abs(turned(ellipse)) * column * row;

/** An outline to draw, and the same shape as the statistics see it. */
export function ellipseOutline({ centre, first, second }: Ellipse, corners = 72): ImagePoint[] {
  return Array.from({ length: corners }, (_, n): ImagePoint => {
    const [cos, sin] = [Math.cos((n / corners) * 2 * Math.PI), Math.sin((n / corners) * 2 * Math.PI)];
    return [centre[0] + first[0] * cos + second[0] * sin, centre[1] + first[1] * cos + second[1] * sin];
  });
}

export function inEllipse(ellipse: Ellipse, [column, row]: ImagePoint): boolean {
  const size = turned(ellipse);
  if (size === 0) return false;
  const { centre, first, second } = ellipse;
  const [x, y] = [column - centre[0], row - centre[1]];
  const along = (x * second[1] - y * second[0]) / size;
  const across = (first[0] * y - first[1] * x) / size;
  return along * along + across * across <= 1;
}

/** Even-odd rule; a point on the upper or left edge is inside, on the lower or right one outside. */
export function inOutline(outline: ImagePoint[], [x, y]: ImagePoint): boolean {
  let inside = false;
  outline.forEach(([ax, ay], at) => {
    const [bx, by] = outline[(at + outline.length - 1) % outline.length] ?? [ax, ay];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}
