import type { CanvasPoint, ImagePoint } from './view';

/** How an image stands in its pane: columns and rows to CSS pixels. */
export interface Placement {
  /** Width and height of the pane in CSS pixels. */
  pane: [number, number];
  /** Columns and rows. */
  image: [number, number];
  /** Width over height of a pixel. */
  aspect: number;
  /** 1 fits the pane. */
  zoom: number;
  /** CSS pixels from the middle at zoom 1. */
  pan: CanvasPoint;
  /** Degrees clockwise: 0, 90, 180 or 270. Turned after the flip. */
  rotation: number;
  flipped: boolean;
}

const SMALLEST_ZOOM = 0.1;
const LARGEST_ZOOM = 40;

/** A zoom made so much larger, within bounds. */
export const zoomed = (zoom: number, factor: number): number =>
  Math.min(LARGEST_ZOOM, Math.max(SMALLEST_ZOOM, zoom * factor));

/** x' = a x + c y + e, y' = b x + d y + f, as a canvas has it. */
export type Matrix = [a: number, b: number, c: number, d: number, e: number, f: number];

const QUARTERS: [cos: number, sin: number][] = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];

/** CSS pixels for the height of a pixel when the image just fits, turned as it is. */
function fit({ pane: [width, height], image: [columns, rows], aspect, rotation }: Placement): number {
  const [wide, high] = [columns * aspect, rows];
  const upright = rotation % 180 === 0;
  return Math.min(width / (upright ? wide : high), height / (upright ? high : wide));
}

/** From columns and rows to CSS pixels. */
export function matrixOf(placement: Placement): Matrix {
  const { pane, image, aspect, zoom, pan, rotation, flipped } = placement;
  const scale = fit(placement) * zoom;
  const across = scale * aspect * (flipped ? -1 : 1);
  const [cos, sin] = QUARTERS[Math.round(rotation / 90) & 3] ?? [1, 0];
  const [a, b, c, d] = [cos * across, sin * across, -sin * scale, cos * scale];
  const [x, y] = [image[0] / 2, image[1] / 2];
  return [
    a,
    b,
    c,
    d,
    pane[0] / 2 + pan[0] * zoom - a * x - c * y,
    pane[1] / 2 + pan[1] * zoom - b * x - d * y,
  ];
}

/** Where a place of the image stands in the pane. */
export const placed = ([a, b, c, d, e, f]: Matrix, [x, y]: ImagePoint): CanvasPoint => [
  a * x + c * y + e,
  b * x + d * y + f,
];

/** The inverse of `placed`. */
export function unplaced([a, b, c, d, e, f]: Matrix, [x, y]: CanvasPoint): ImagePoint {
  const scale = a * d - b * c;
  return [(d * (x - e) - c * (y - f)) / scale, (a * (y - f) - b * (x - e)) / scale];
}
