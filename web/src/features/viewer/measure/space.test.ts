import { describe, expect, it } from 'vitest';
import type { PatientPlane, PatientPoint } from '../engine/view';
import type { Frame } from '../frames';
import { drawnMark, sentMark } from '../marks/concepts';
import { kept } from '../marks/samples';
import type { Mark } from './mark';
import { measuredInSpace } from './measured';
import { sampled, samplerOf } from './sampling';
import { basisIn, basisOf, holds, lying, patientPoints, piercings, toPatient, toPlane } from './space';
import type { Values } from './statistics';

const FOR = '1.2.3';
const [ROWS, COLUMNS, SLICES] = [20, 24, 12];
const [DOWN, ACROSS, GAP] = [0.5, 0.8, 2.5];
/** A value that is linear in the patient: what lies between voxels is known without any interpolation of ours. */
const truth = ([x, y, z]: PatientPoint): number => 3 * x - 2 * y + 5 * z + 7;

const frames = Array.from({ length: SLICES }, (_, n): Frame => ({
  instanceUid: String(n),
  frame: 1,
  dataSet: {
    '00080060': { vr: 'CS', Value: ['CT'] },
    '00280010': { vr: 'US', Value: [ROWS] },
    '00280011': { vr: 'US', Value: [COLUMNS] },
    '00280030': { vr: 'DS', Value: [DOWN, ACROSS] },
    '00200032': { vr: 'DS', Value: [-5, 10, 30 + n * GAP] },
    '00200037': { vr: 'DS', Value: [1, 0, 0, 0, 1, 0] },
    '00200052': { vr: 'UI', Value: [FOR] },
  },
}));
const valuesOf = ({ instanceUid }: Frame): Values => ({
  columns: COLUMNS,
  rows: ROWS,
  unit: "[hnsf'U]",
  at: (column, row) => truth([-5 + column * ACROSS, 10 + row * DOWN, 30 + Number(instanceUid) * GAP]),
});
const sampler = samplerOf([...frames].reverse(), valuesOf);
const coronal: PatientPlane = {
  frameOfReference: FOR,
  origin: [0, 13.3, 40],
  row: [1, 0, 0],
  column: [0, 0, -1],
  normal: [0, 1, 0],
};
const basis = basisIn(coronal) ?? basisOf(FOR, []);
const mark = (change: Partial<Mark>): Mark => ({
  id: '1',
  kind: 'length',
  studyUid: '1',
  seriesUid: '2',
  sopUid: '3',
  frame: 1,
  points: [],
  text: '',
  own: true,
  space: basis,
  ...change,
});
const on = (...points: PatientPoint[]): Mark['points'] => points.map((point) => toPlane(basis, point));
const says = (one: Pick<Mark, 'kind' | 'points'>): Record<string, number> => {
  const values = sampler && sampled(basis, one.points, sampler);
  const { quantities } = measuredInSpace(one, frames[0] as Frame, values);
  return Object.fromEntries(quantities.map(({ name, value }) => [name, value]));
};

describe('what is measured in a plane', () => {
  it('is in mm of the patient', () => {
    expect(says({ kind: 'length', points: on([0, 13.3, 35], [3, 13.3, 39]) })['Length']).toBeCloseTo(5, 9);
    const corner = on([4, 13.3, 35], [0, 13.3, 35], [3, 13.3, 38]);
    expect(says({ kind: 'angle', points: corner })['Angle']).toBeCloseTo(45, 9);
  });

  it('takes values between voxels, and none off the volume', () => {
    const at: PatientPoint = [1.23, 13.3, 41.7];
    expect(says({ kind: 'probe', points: on(at) })['Value']).toBeCloseTo(truth(at), 9);
    expect(says({ kind: 'probe', points: on([1, 13.3, 90]) })['Value']).toBeUndefined();
    expect(samplerOf(frames.slice(0, 1), valuesOf)).toBeNull();
  });

  it('gives statistics of a region as an independent sum does', () => {
    const [a, c]: PatientPoint[] = [
      [-1, 13.3, 38],
      [6, 13.3, 47],
    ] as PatientPoint[];
    const corners = on(a as PatientPoint, [6, 13.3, 38], c as PatientPoint, [-1, 13.3, 47]);
    const found = says({ kind: 'rectangle', points: corners });
    expect(found['Area']).toBeCloseTo(63, 9);
    // Cells of half a millimetre, their centres at odd quarters: summed here in the patient's own axes.
    const values: number[] = [];
    for (let x = -0.75; x < 6; x += 0.5)
      for (let z = 38.25; z < 47; z += 0.5) values.push(truth([x, 13.3, z]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(found['Pixels']).toBe(values.length);
    expect(found['Mean']).toBeCloseTo(mean, 6);
    expect(found['SD']).toBeCloseTo(deviation, 6);
    expect([found['Least'], found['Most']].map((value) => value?.toFixed(6))).toEqual(
      [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(6)),
    );
  });
});

describe('marks in space', () => {
  it('are found on their plane however it is turned, and on no other one', () => {
    const one = mark({ points: on([0, 13.3, 35], [3, 13.3, 39]) });
    const turned = basisIn({ ...coronal, row: [0, 0, 1], column: [1, 0, 0] });
    const [found] = turned ? lying([one], turned) : [];
    expect(found && patientPoints(found)).toEqual(patientPoints(one));
    expect(lying([one], { ...basis, depth: basis.depth + 1 })).toEqual([]);
    expect(lying([one], { ...basis, frameOfReference: '9' })).toEqual([]);
    expect(lying([mark({ space: undefined as never })], basis)).toEqual([]);
    expect(basisIn({ ...coronal, frameOfReference: null })).toBeNull();
  });

  it('go through a report and back', () => {
    const one = mark({ kind: 'angle', points: on([0, 13.3, 35], [3, 13.3, 39], [5, 13.3, 30]) });
    const sent = sentMark(one, '2.25.1', []);
    expect([sent.points, sent.frame_of_reference, sent.space?.[1]?.map((n) => Number(n.toFixed(6)))]).toEqual(
      [[], FOR, [3, 13.3, 39]],
    );
    const read = drawnMark(
      kept({ kind: 'angle', points: [], space: sent.space ?? [], frame_of_reference: FOR }),
    );
    const back = read && patientPoints(read).flat();
    patientPoints(one)
      .flat()
      .forEach((value, at) => {
        expect(back?.[at]).toBeCloseTo(value, 9);
      });
  });

  it.each([
    [
      [
        [1, 2, 3],
        [4, 2, 9],
        [5, 2, 1],
      ],
    ],
    [
      [
        [1, 2, 3],
        [4, 6, 9],
        [5, 1, 1],
      ],
    ],
    [
      [
        [1, 2, 3],
        [4, 6, 9],
      ],
    ],
    [
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    ],
    [[[1, 2, 3]]],
  ] as [PatientPoint[]][])('have a plane for any points of one: %j', (points) => {
    const plane = basisOf(FOR, points);
    expect(holds(plane, points)).toBe(true);
    for (const point of points)
      toPatient(plane, toPlane(plane, point)).forEach((part, at) => {
        expect(part).toBeCloseTo(point[at] ?? NaN, 9);
      });
  });

  it('go through the slices that they cross', () => {
    const slice: PatientPlane = {
      ...coronal,
      row: [1, 0, 0],
      column: [0, 1, 0],
      normal: [0, 0, 1],
      origin: [0, 0, 37],
    };
    const line: PatientPoint[] = [
      [0, 13.3, 35],
      [4, 13.3, 39],
    ];
    expect(piercings([line], slice)).toEqual([[2, 13.3, 37]]);
    expect(piercings([line], { ...slice, origin: [0, 0, 50] })).toEqual([]);
  });
});
