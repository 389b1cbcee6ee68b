import { describe, expect, it } from 'vitest';
import type { DataSet } from '@/api/dicomjson';
import type { ImagePoint } from '../engine/view';
import type { Frame } from '../frames';
import type { MarkKind } from './mark';
import { measured, wordsOf } from './measured';
import { rescaleOf } from '../engine/tables';
import { unitOf } from './pixel-values';
import type { Values } from './statistics';

const el = (...Value: unknown[]): { vr: string; Value: unknown[] } => ({ vr: 'UN', Value });
const frame = (dataSet: DataSet): Frame => ({ instanceUid: 'i', frame: 1, dataSet });
/** As in `shapes.test.ts`, where the numbers come from. */
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

describe('what a mark says', () => {
  const ct = frame({
    '00080060': el('CT'),
    '00280030': el(2, 0.5),
    '00281052': el(-10),
    '00281053': el(0.5),
  });
  const says = (kind: MarkKind, points: ImagePoint[], of = ct, values: Values | null = SIGNED): string[] =>
    measured({ kind, points }, of, values).quantities.map(wordsOf);

  it('names values with their unit', () => {
    expect(says('freehand', OUTLINE)).toEqual([
      'Area 44.5 mm²',
      'Perimeter 50.9 mm',
      'Mean -6.0 HU',
      'SD 29.1 HU',
      'Least -54.0 HU',
      'Most 40.5 HU',
      'Pixels 46',
    ]);
    expect(says('probe', [[1.5, 0.5]])).toEqual(['Value -36.5 HU']);
    expect(
      says('rectangle', [
        [2, 1],
        [7, 1],
        [7, 6],
        [2, 6],
      ]),
    ).toContain('Mean -4.6 HU');
    expect(
      says('arrow', [
        [1, 1],
        [2, 2],
      ]),
    ).toEqual([]);
  });

  it('has no values for colour, or before the pixels have come', () => {
    expect(
      says(
        'ellipse',
        [
          [1, 5],
          [9, 5],
          [5, 1],
          [5, 9],
        ],
        ct,
        null,
      ),
    ).toEqual(['Area 50.3 mm²']);
  });

  it('keeps angles true where only the shape of pixels is known', () => {
    const tall = frame({ '00080060': el('ES'), '00280034': el(2, 1) });
    expect(
      says(
        'angle',
        [
          [2, 0],
          [0, 0],
          [2, 1],
        ],
        tall,
      ),
    ).toEqual(['45.0°']);
    expect(
      says(
        'length',
        [
          [0, 0],
          [3, 4],
        ],
        tall,
      ),
    ).toEqual(['5.0 px']);
  });
});

describe('values of the modality', () => {
  it('takes slope and unit of enhanced frames from their group', () => {
    const group = { '00289145': el({ '00281053': el(0.25), '00281052': el(-8), '00281054': el('HU') }) };
    const enhanced = frame({ '00080060': el('CT'), '52009229': el(group) });
    expect(rescaleOf(enhanced)).toEqual({ slope: 0.25, intercept: -8 });
    expect(unitOf(enhanced)).toBe("[hnsf'U]");
    expect(unitOf(frame({ '00080060': el('MR') }))).toBe('');
    expect(unitOf(frame({ '00080060': el('PT'), '00541001': el('BQML') }))).toBe('Bq/ml');
  });
});
