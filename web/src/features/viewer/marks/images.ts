import type { View } from '../engine/view';

/** Where a column and a row of an image stand in its pane: a matrix for CSS and SVG; null before anything is drawn. */
export function matrixOf(view: View, columns: number, rows: number): string | null {
  const [origin, right, below] = [
    view.toCanvas([0, 0]),
    view.toCanvas([columns, 0]),
    view.toCanvas([0, rows]),
  ];
  if (!origin || !right || !below || columns < 1 || rows < 1) return null;
  const numbers = [
    (right[0] - origin[0]) / columns,
    (right[1] - origin[1]) / columns,
    (below[0] - origin[0]) / rows,
    (below[1] - origin[1]) / rows,
    ...origin,
  ];
  return `matrix(${numbers.join()})`;
}

/** Bits of a mask, from the least significant on, as bytes of 0 and 1. */
export function unpacked(bits: Uint8Array, count: number): Uint8Array {
  const cells = new Uint8Array(count);
  for (let at = 0; at < count; at++) cells[at] = ((bits[at >> 3] ?? 0) >> (at & 7)) & 1;
  return cells;
}
