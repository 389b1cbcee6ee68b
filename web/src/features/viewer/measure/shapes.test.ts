import { describe, expect, it } from 'vitest';
import type { ImagePoint } from '../engine/view';
import {
  angleOf,
  areaOf,
  aroundOf,
  cobbOf,
  ellipseArea,
  ellipseOf,
  inEllipse,
  inOutline,
  lengthOf,
} from './shapes';
import { statisticsOf, valueAt, type Values } from './statistics';

/*
 * The expected numbers come from NumPy by other ways than ours: masks over the whole image, winding numbers for
 * outlines, cross products of complex numbers for areas, arc cosines for angles.
 */
const ANISOTROPIC = { row: 0.4, column: 0.9 };

/** 12 columns and 10 rows of signed values, rescaled by 0.5 and -10. */
const SIGNED: Values = {
  columns: 12,
  rows: 10,
  unit: "[hnsf'U]",
  at: (x, y) => (((x * 37 + y * 101) % 199) - 90) * 0.5 - 10,
};
const OUTLINE: ImagePoint[] = [
  [1.25, 1.1],
  [10.7, 2.3],
  [8.4, 8.8],
  [5.1, 4.9],
  [2.2, 9.1],
];

describe('lengths, angles and areas where pixels are not square', () => {
  it('measures along both axes with their own step', () => {
    expect(lengthOf([2, 1], [5, 5], ANISOTROPIC)).toBeCloseTo(3.1384709652950433, 12);
    expect(angleOf([10, 10], [4, 4], [4, 12], ANISOTROPIC)).toBeCloseTo(66.03751102542181, 10);
    expect(
      cobbOf(
        [
          [2, 5],
          [20, 3],
        ],
        [
          [18, 22],
          [3, 30],
        ],
        ANISOTROPIC,
      ),
    ).toBeCloseTo(10.507981762884668, 10);
    expect(areaOf(OUTLINE, { column: 0.5, row: 2 })).toBeCloseTo(44.45, 10);
    expect(aroundOf(OUTLINE, { column: 0.5, row: 2 })).toBeCloseTo(50.85424226756499, 10);
  });

  it('knows the area of an ellipse also when the scale leaves its diameters askew', () => {
    const askew = ellipseOf([
      [2, 4],
      [8, 6],
      [6, 3],
      [4, 7],
    ]);
    expect(askew && ellipseArea(askew, ANISOTROPIC)).toBeCloseTo(7.91681348703326, 6);
    expect(ellipseOf([[0, 0]])).toBeNull();
  });

  it('gives an angle of nothing when two points are one', () => {
    expect(angleOf([1, 1], [1, 1], [2, 2], ANISOTROPIC)).toBeNaN();
    expect(
      cobbOf(
        [
          [0, 0],
          [1, 0],
        ],
        [
          [0, 0],
          [0, 1],
        ],
        { row: 1, column: 1 },
      ),
    ).toBe(90);
  });
});

describe('statistics of a region', () => {
  it('counts pixels whose centre lies in an ellipse', () => {
    const ellipse = ellipseOf([
      [1.8, 5],
      [10.2, 5],
      [6, 1.9],
      [6, 8.1],
    ]);
    const found =
      ellipse &&
      statisticsOf(
        SIGNED,
        [
          [1.8, 1.9],
          [10.2, 8.1],
        ],
        (point) => inEllipse(ellipse, point),
      );
    expect(found).toMatchObject({ count: 40, least: -54, most: 42 });
    expect(found?.mean).toBeCloseTo(-4.6, 12);
    expect(found?.deviation).toBeCloseTo(28.643323829472028, 10);
  });

  it('counts those in an outline that bends inwards', () => {
    const found = statisticsOf(SIGNED, OUTLINE, (point) => inOutline(OUTLINE, point));
    expect(found).toMatchObject({ count: 46, least: -54, most: 40.5 });
    expect(found?.mean).toBeCloseTo(-5.956521739130435, 12);
    expect(found?.deviation).toBeCloseTo(29.114060940092852, 10);
  });

  it('keeps small differences of large values', () => {
    const large: Values = { ...SIGNED, at: (x, y) => ((x * 37 + y * 101) % 199) - 90 + 1e9 };
    const box: ImagePoint[] = [
      [2, 1],
      [7, 1],
      [7, 6],
      [2, 6],
    ];
    expect(statisticsOf(large, box, (point) => inOutline(box, point))?.deviation).toBeCloseTo(
      57.30010820234112,
      5,
    );
  });

  it('stays on the image, and says nothing of nothing', () => {
    const box: ImagePoint[] = [
      [-5, -5],
      [2, -5],
      [2, 2],
      [-5, 2],
    ];
    expect(statisticsOf(SIGNED, box, (point) => inOutline(box, point))?.count).toBe(4);
    expect(
      statisticsOf(
        SIGNED,
        [
          [20, 20],
          [30, 30],
        ],
        () => true,
      ),
    ).toBeNull();
    expect(valueAt(SIGNED, [1.99, 0.01])).toBe((37 - 90) * 0.5 - 10);
    expect(valueAt(SIGNED, [12, 0])).toBeNull();
    expect(valueAt(SIGNED, [-0.1, 0])).toBeNull();
  });
});
