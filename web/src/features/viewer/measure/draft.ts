import type { ImagePoint } from '../engine/view';
import type { MarkKind } from './mark';

/** A mark in the making: placed points, and the one that moves with the hand. */
export interface Draft {
  kind: MarkKind;
  points: ImagePoint[];
}

/** Points that are set one by one; boxes and outlines are drawn in one stroke. */
const NEEDED: Record<MarkKind, number> = {
  length: 2,
  arrow: 2,
  angle: 3,
  cobb: 4,
  bidirectional: 2,
  ellipse: 2,
  rectangle: 2,
  freehand: 3,
  probe: 1,
  text: 1,
};
const FREEHAND_STEP = 0.75;

/** A press begins a mark, or adds the next point to one. */
export function pressed(draft: Draft | null, kind: MarkKind, at: ImagePoint): Draft {
  if (!draft || draft.kind !== kind)
    return { kind, points: NEEDED[kind] === 1 || kind === 'freehand' ? [at] : [at, at] };
  // The point that followed the pointer stays where it was pressed.
  return { kind, points: [...draft.points.slice(0, -1), at] };
}

/** The hand moves. */
export function dragged(draft: Draft, at: ImagePoint): Draft {
  if (draft.kind === 'freehand') {
    const last = draft.points.at(-1) ?? at;
    const far = Math.hypot(at[0] - last[0], at[1] - last[1]) >= FREEHAND_STEP;
    return far ? { ...draft, points: [...draft.points, at] } : draft;
  }
  return { ...draft, points: [...draft.points.slice(0, -1), at] };
}

/**
 * The hand lets go: the mark is done, or waits for its next point. A first press that did not move leaves the second point
 * hanging on the pointer, so that two clicks do as well as a stroke.
 */
export function released(
  draft: Draft,
  moved: boolean,
  ratio = 1,
): { draft: Draft | null; done: ImagePoint[] | null } {
  const { kind, points } = draft;
  if (kind === 'freehand') return { draft: null, done: points.length >= NEEDED.freehand ? points : null };
  if (NEEDED[kind] === 1) return { draft: null, done: points };
  if (!moved && points.length === 2 && same(points[0], points[1])) return { draft, done: null };
  if (points.length < NEEDED[kind]) {
    const last = points.at(-1);
    return { draft: last ? { kind, points: [...points, last] } : null, done: null };
  }
  return { draft: null, done: finished(kind, points, ratio) };
}

/** The point that hangs on the pointer or the caret goes with it. */
export const hung = (draft: Draft, at: ImagePoint): Draft => ({
  ...draft,
  points: draft.points.length > 1 ? [...draft.points.slice(0, -1), at] : draft.points,
});

/**
 * A point set by a key: as two clicks make a mark, without strokes. An outline takes points until one is set where the last
 * one was.
 */
export function keyed(
  draft: Draft | null,
  kind: MarkKind,
  at: ImagePoint,
  ratio = 1,
): { draft: Draft | null; done: ImagePoint[] | null } {
  const waiting = draft?.kind === kind ? draft : null;
  if (kind !== 'freehand') return released(pressed(waiting, kind, at), waiting !== null, ratio);
  const set = waiting?.points.slice(0, -1) ?? [];
  if (same(set.at(-1), at) && set.length >= NEEDED.freehand) return { draft: null, done: set };
  return { draft: { kind, points: same(set.at(-1), at) ? [...set, at] : [...set, at, at] }, done: null };
}

/** How many points are set, and how many it takes; 0 for as many as one likes. */
export const progress = (draft: Draft | null, kind: MarkKind): [set: number, of: number] => [
  draft ? draft.points.length - 1 : 0,
  kind === 'freehand' ? 0 : NEEDED[kind],
];

const same = (a: ImagePoint | undefined, b: ImagePoint | undefined): boolean =>
  a?.[0] === b?.[0] && a?.[1] === b?.[1];

/** The points of a mark from those of its making; null when it has no size. `ratio` is the height of a pixel to its width. */
export function finished(kind: MarkKind, points: ImagePoint[], ratio = 1): ImagePoint[] | null {
  const [a, b] = points;
  if (!a || !b) return points;
  if (same(a, b)) return null;
  switch (kind) {
    case 'rectangle':
      return a[0] === b[0] || a[1] === b[1] ? null : boxOf(a, b);
    case 'ellipse':
      return a[0] === b[0] || a[1] === b[1] ? null : diametersOf(a, b);
    case 'bidirectional':
      return [a, b, ...acrossOf(a, b, ratio)];
    default:
      return points;
  }
}

/** Corners in order around the box. */
export const boxOf = (a: ImagePoint, b: ImagePoint): ImagePoint[] => [a, [b[0], a[1]], b, [a[0], b[1]]];

/** Ends of the longer diameter of the ellipse in a box, then of the shorter (PS3.3 C.18.6.1.2 wants them so). */
export function diametersOf(a: ImagePoint, b: ImagePoint): ImagePoint[] {
  const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const lying: ImagePoint[] = [
    [a[0], y],
    [b[0], y],
  ];
  const standing: ImagePoint[] = [
    [x, a[1]],
    [x, b[1]],
  ];
  return Math.abs(a[0] - b[0]) >= Math.abs(a[1] - b[1]) ? [...lying, ...standing] : [...standing, ...lying];
}

/** A line half as long across the middle of another, square to it where pixels are `ratio` as high as wide. */
export function acrossOf(a: ImagePoint, b: ImagePoint, ratio = 1): [ImagePoint, ImagePoint] {
  const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const [dx, dy] = [((b[1] - a[1]) * ratio) / 4, (a[0] - b[0]) / ratio / 4];
  return [
    [x + dx, y + dy],
    [x - dx, y - dy],
  ];
}

/** A mark with one of its handles elsewhere: boxes and ellipses stay such. */
export function reshaped(kind: MarkKind, points: ImagePoint[], handle: number, at: ImagePoint): ImagePoint[] {
  if (kind === 'rectangle') {
    const opposite = points[(handle + 2) % 4];
    if (!opposite) return points;
    const box = boxOf(at, opposite);
    return points.map((_, corner) => box[(corner + 4 - handle) % 4] ?? at);
  }
  if (kind === 'ellipse') return stretched(points, handle, at);
  return points.map((point, index) => (index === handle ? at : point));
}

/** One end of a diameter pulled along it; the other end stays, and the middle goes along. */
function stretched(points: ImagePoint[], handle: number, at: ImagePoint): ImagePoint[] {
  const partner = handle ^ 1;
  const [moving, fixed] = [points[handle], points[partner]];
  const [c, d] = handle < 2 ? [points[2], points[3]] : [points[0], points[1]];
  if (!moving || !fixed || !c || !d) return points;
  const [dx, dy] = [moving[0] - fixed[0], moving[1] - fixed[1]];
  const size = Math.hypot(dx, dy) || 1;
  const along = Math.max(1, ((at[0] - fixed[0]) * dx + (at[1] - fixed[1]) * dy) / size);
  const end: ImagePoint = [fixed[0] + (dx / size) * along, fixed[1] + (dy / size) * along];
  const [mx, my] = [(end[0] - moving[0]) / 2, (end[1] - moving[1]) / 2];
  const carried = ([x, y]: ImagePoint): ImagePoint => [x + mx, y + my];
  const pair = handle % 2 === 0 ? [end, fixed] : [fixed, end];
  return (handle < 2 ? [...pair, carried(c), carried(d)] : [carried(c), carried(d), ...pair]) as ImagePoint[];
}

export const shifted = (points: ImagePoint[], [x, y]: ImagePoint): ImagePoint[] =>
  points.map(([column, row]) => [column + x, row + y]);
