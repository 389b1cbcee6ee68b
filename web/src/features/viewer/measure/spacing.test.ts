import { describe, expect, it } from 'vitest';
import type { DataSet } from '@/api/dicomjson';
import type { ImagePoint } from '../engine/view';
import type { Frame } from '../frames';
import { measured, wordsOf } from './measured';
import { scaleOf } from './spacing';

const el = (...Value: unknown[]): { vr: string; Value: unknown[] } => ({ vr: 'UN', Value });
const frame = (dataSet: DataSet, number = 1): Frame => ({ instanceUid: 'i', frame: number, dataSet });

describe('what a length means', () => {
  const projection = (more: DataSet): DataSet => ({ '00080060': el('DX'), ...more });
  const spacing = { '00280030': el(0.4, 0.9) };
  const imager = { '00181164': el(0.2, 0.2) };
  it.each([
    ['a slice', { '00080060': el('CT'), ...spacing }, 0.9, 0.4, ''],
    ['the detector', projection(imager), 0.2, 0.2, 'at the detector'],
    [
      'the detector, said twice',
      projection({ ...imager, '00280030': el(0.2, 0.2) }),
      0.2,
      0.2,
      'at the detector',
    ],
    [
      'magnification',
      projection({ ...imager, '00181114': el(1.25) }),
      0.16,
      0.16,
      'magnification 1.25 taken out (estimated)',
    ],
    [
      'a known object',
      projection({ ...imager, ...spacing, '00280A02': el('FIDUCIAL') }),
      0.9,
      0.4,
      'calibrated by an object of known size',
    ],
    [
      'geometry',
      projection({ ...imager, ...spacing, '00280A02': el('GEOMETRY') }),
      0.9,
      0.4,
      'calibrated by geometry',
    ],
    ['an unsaid correction', projection({ ...imager, ...spacing }), 0.9, 0.4, 'calibrated, not said how'],
    ['a film', projection({ '00182010': el(0.1, 0.1) }), 0.1, 0.1, 'on the scanned film'],
    ['an unsaid plane', projection(spacing), 0.9, 0.4, 'in a plane that is not said'],
    ['nothing', { '00080060': el('XC') }, 1, 1, 'not calibrated'],
    ['nonsense', { '00080060': el('CT'), '00280030': el(0, -1) }, 1, 1, 'not calibrated'],
  ])('%s', (_, dataSet, column, row, said) => {
    expect(scaleOf(frame(dataSet as DataSet))).toMatchObject({ column, row, said });
  });

  it('takes the spacing of enhanced frames from their own group, else from the shared one', () => {
    const group = (row: number, column: number): object => ({
      '00289110': el({ '00280030': el(row, column) }),
    });
    const dataSet = { '52009229': el(group(1, 2)), '52009230': el(group(3, 4), {}) };
    expect(scaleOf(frame(dataSet, 1))).toMatchObject({ row: 3, column: 4 });
    expect(scaleOf(frame(dataSet, 2))).toMatchObject({ row: 1, column: 2 });
  });
});

describe('ultrasound regions', () => {
  const region = (x0: number, x1: number, units: [number, number], deltas: [number, number]): object => ({
    '00186018': el(x0),
    '0018601A': el(0),
    '0018601C': el(x1),
    '0018601E': el(99),
    '00186024': el(units[0]),
    '00186026': el(units[1]),
    '0018602C': el(deltas[0]),
    '0018602E': el(deltas[1]),
  });
  const scan = frame({
    '00080060': el('US'),
    '00186011': el(region(0, 99, [3, 3], [0.02, 0.05]), region(100, 199, [4, 7], [0.005, -0.8])),
  });
  const line = (points: ImagePoint[]): string[] => {
    const { quantities, notes } = measured({ kind: 'length', points }, scan, null);
    return [...quantities.map(wordsOf), ...notes];
  };

  it('measures tissue in millimetres, and a tracing along each of its axes', () => {
    expect(
      line([
        [10, 10],
        [40, 26],
      ]),
    ).toEqual(['10.0 mm']); // 30 x 0.2 mm and 16 x 0.5 mm
    expect(
      line([
        [110, 80],
        [130, 20],
      ]),
    ).toEqual(['Across 0.1 s', 'Down 48.0 cm/s']);
  });

  it('does not measure across regions', () => {
    expect(
      line([
        [90, 10],
        [120, 10],
      ]),
    ).toEqual(['30.0 px', 'not within one region of the scan']);
  });
});
