import type { ImagePoint } from '../engine/view';

/** One number for each pixel of an image, in its unit. */
export interface Values {
  columns: number;
  rows: number;
  unit: string;
  at: (column: number, row: number) => number;
}

export interface Statistics {
  /** Pixels whose centre lies in the shape and on the image. */
  count: number;
  mean: number;
  /** Standard deviation of these pixels, divided by their count. */
  deviation: number;
  least: number;
  most: number;
}

/** Statistics of the pixels whose centre lies inside; null when there is none. Updated as Welford (1962) has it, so that large values keep their small differences. */
export function statisticsOf(
  values: Values,
  outline: ImagePoint[],
  inside: (point: ImagePoint) => boolean,
): Statistics | null {
  const [left, right] = reach(
    outline.map(([column]) => column),
    values.columns,
  );
  const [top, bottom] = reach(
    outline.map(([, row]) => row),
    values.rows,
  );
  let [count, mean, squares, least, most] = [0, 0, 0, Infinity, -Infinity];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      if (!inside([column + 0.5, row + 0.5])) continue;
      const value = values.at(column, row);
      if (Number.isNaN(value)) continue; // off the volume
      const before = value - mean;
      count += 1;
      mean += before / count;
      squares += before * (value - mean);
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return count > 0 ? { count, mean, deviation: Math.sqrt(squares / count), least, most } : null;
}

/** First pixel and the one after the last that an extent may touch. */
function reach(places: number[], size: number): [number, number] {
  const first = Math.max(0, Math.floor(Math.min(...places)));
  return [first, Math.min(size, Math.ceil(Math.max(...places)) + 1)];
}

/** The value of the pixel that a place lies on, null off the image. */
export function valueAt(values: Values, [column, row]: ImagePoint): number | null {
  const [x, y] = [Math.floor(column), Math.floor(row)];
  return x >= 0 && y >= 0 && x < values.columns && y < values.rows ? values.at(x, y) : null;
}
