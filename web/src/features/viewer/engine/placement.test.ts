import { expect, it } from 'vitest';
import { directionsOf } from './directions';
import { matrixOf, placed, unplaced, type Placement } from './placement';
import type { PatientPlane } from './view';

const AXIAL: PatientPlane = {
  frameOfReference: '1',
  origin: [0, 0, 0],
  row: [1, 0, 0],
  column: [0, 1, 0],
  normal: [0, 0, 1],
};

const placement = (change: Partial<Placement> = {}): Placement => ({
  pane: [800, 600],
  image: [100, 100],
  aspect: 1,
  zoom: 1,
  pan: [0, 0],
  rotation: 0,
  flipped: false,
  ...change,
});
const at = (change: Partial<Placement>, x: number, y: number): number[] =>
  placed(matrixOf(placement(change)), [x, y]).map((part) => Math.round(part * 1000) / 1000);

it('fits the image into the middle of the pane', () => {
  expect(at({}, 50, 50)).toEqual([400, 300]);
  expect(at({}, 0, 0)).toEqual([100, 0]);
  expect(at({ image: [200, 50] }, 0, 0)).toEqual([0, 200]);
  expect(at({ image: [200, 50], rotation: 90 }, 0, 50)).toEqual([325, 0]);
});

it('shows pixels that are not square as wide as they are', () => {
  expect(at({ aspect: 0.5 }, 0, 0)).toEqual([250, 0]);
  expect(at({ aspect: 2 }, 0, 0)).toEqual([0, 100]);
});

it('flips, then turns, then zooms and moves', () => {
  expect(at({ flipped: true }, 0, 0)).toEqual([700, 0]);
  expect(at({ rotation: 90 }, 0, 0)).toEqual([700, 0]);
  expect(at({ flipped: true, rotation: 90 }, 0, 0)).toEqual([700, 600]);
  expect(at({ rotation: 180 }, 0, 0)).toEqual([700, 600]);
  expect(at({ zoom: 2, pan: [10, -5] }, 50, 50)).toEqual([420, 290]);
});

it('leads back from the pane to the image', () => {
  for (const rotation of [0, 90, 180, 270]) {
    const matrix = matrixOf(placement({ rotation, flipped: true, zoom: 3, pan: [7, 9], aspect: 1.3 }));
    const [x, y] = unplaced(matrix, placed(matrix, [12.5, 80]));
    expect(x).toBeCloseTo(12.5);
    expect(y).toBeCloseTo(80);
  }
});

it('knows the sides of the patient, however the image stands', () => {
  const sides = (change: Partial<Placement>): string => {
    const found = directionsOf(AXIAL, matrixOf(placement(change)));
    return found ? found.top + found.right + found.bottom + found.left : '';
  };
  expect(sides({})).toBe('ALPR');
  expect(sides({ flipped: true })).toBe('ARPL');
  expect(sides({ rotation: 90 })).toBe('RALP');
  expect(sides({ rotation: 180 })).toBe('PRAL');
  expect(sides({ rotation: 90, flipped: true })).toBe('LARP');
  expect(directionsOf(null, matrixOf(placement()))).toBeNull();
});
