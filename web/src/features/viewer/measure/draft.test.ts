import { describe, expect, it } from 'vitest';
import type { ImagePoint } from '../engine/view';
import { acrossOf, diametersOf, dragged, finished, pressed, released, reshaped, type Draft } from './draft';
import { distanceTo, hitOf } from './hit';
import type { Mark, MarkKind } from './mark';
import { angleOf } from './shapes';

const ANISOTROPIC = { row: 0.4, column: 0.9 };

describe('drawing', () => {
  const stroke = (kind: MarkKind, ...points: ImagePoint[]): ReturnType<typeof released> => {
    const [first = [0, 0], ...rest] = points;
    const draft = rest.reduce<Draft>((now, point) => dragged(now, point), pressed(null, kind, first));
    return released(draft, rest.length > 0);
  };

  it('makes a length by a stroke or by two clicks', () => {
    expect(stroke('length', [1, 1], [4, 5]).done).toEqual([
      [1, 1],
      [4, 5],
    ]);
    const waiting = stroke('length', [1, 1]);
    expect(waiting.done).toBeNull();
    expect(released(pressed(waiting.draft, 'length', [4, 5]), true).done).toEqual([
      [1, 1],
      [4, 5],
    ]);
  });

  it('makes an angle by a stroke and a click, a Cobb angle by two strokes', () => {
    const half = stroke('angle', [0, 5], [0, 0]);
    expect(released(pressed(half.draft, 'angle', [5, 0]), true).done).toEqual([
      [0, 5],
      [0, 0],
      [5, 0],
    ]);
    const line = stroke('cobb', [0, 0], [9, 0]);
    const third = released(pressed(line.draft, 'cobb', [0, 9]), true);
    const fourth = dragged(third.draft ?? { kind: 'cobb', points: [] }, [9, 4]);
    expect(released(fourth, true).done).toEqual([
      [0, 0],
      [9, 0],
      [0, 9],
      [9, 4],
    ]);
  });

  it('drops what has no size', () => {
    expect(stroke('rectangle', [1, 1], [1, 8]).done).toBeNull();
    expect(stroke('freehand', [1, 1], [1.2, 1.2]).done).toBeNull();
    expect(
      finished('length', [
        [2, 2],
        [2, 2],
      ]),
    ).toBeNull();
  });

  it('puts the longer diameter of an ellipse first', () => {
    expect(diametersOf([0, 0], [4, 10])).toEqual([
      [2, 0],
      [2, 10],
      [0, 5],
      [4, 5],
    ]);
  });

  it('lays the short axis square to the long one also where pixels are not square', () => {
    const [a, b]: [ImagePoint, ImagePoint] = [
      [0, 0],
      [6, 4],
    ];
    const [c, d] = acrossOf(a, b, ANISOTROPIC.row / ANISOTROPIC.column);
    expect(angleOf(b, a, [d[0] - c[0], d[1] - c[1]], ANISOTROPIC)).toBeCloseTo(90, 8);
  });

  it('keeps boxes and ellipses such when a handle is pulled', () => {
    const box: ImagePoint[] = [
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
    ];
    expect(reshaped('rectangle', box, 2, [6, 5])).toEqual([
      [0, 0],
      [6, 0],
      [6, 5],
      [0, 5],
    ]);
    const ellipse: ImagePoint[] = [
      [0, 2],
      [8, 2],
      [4, 0],
      [4, 4],
    ];
    expect(reshaped('ellipse', ellipse, 1, [10, 9])).toEqual([
      [0, 2],
      [10, 2],
      [5, 0],
      [5, 4],
    ]);
    expect(
      reshaped(
        'length',
        [
          [0, 0],
          [4, 0],
        ],
        1,
        [9, 9],
      ),
    ).toEqual([
      [0, 0],
      [9, 9],
    ]);
  });
});

describe('what is under the pointer', () => {
  const mark = (id: string, kind: MarkKind, points: ImagePoint[]): Mark =>
    ({ id, kind, points, text: '', own: true }) as unknown as Mark;
  const tenfold = ([x, y]: ImagePoint): ImagePoint => [x * 10, y * 10];

  it('is a handle before a line, and the newest first', () => {
    const marks = [
      mark('a', 'length', [
        [0, 0],
        [10, 0],
      ]),
      mark('b', 'length', [
        [5, -5],
        [5, 5],
      ]),
    ];
    expect(hitOf(marks, [3, 4], tenfold, 9)).toEqual({ mark: marks[0], handle: 0 });
    expect(hitOf(marks, [50, 3], tenfold, 9)).toEqual({ mark: marks[1], handle: null });
    expect(hitOf(marks, [80, 30], tenfold, 9)).toBeNull();
    expect(distanceTo([5, 5], [0, 0], [0, 0])).toBeCloseTo(Math.hypot(5, 5));
  });
});
