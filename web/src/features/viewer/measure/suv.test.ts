import { describe, expect, it } from 'vitest';
import type { DataSet } from '@/api/dicomjson';
import { measured, wordsOf } from './measured';
import { seconds, suvFactor } from './suv';

const el = (...Value: unknown[]): { vr: string; Value: unknown[] } => ({ vr: 'UN', Value });
const DOSE = { '00181074': el(370e6), '00181075': el(6586.2), '00181072': el('230530.000') };
const pet = (more: DataSet = {}, dose: DataSet = DOSE): DataSet => ({
  '00080060': el('PT'),
  '00541001': el('BQML'),
  '00280051': el('DECY', 'ATTN', 'SCAT'),
  '00541102': el('START'),
  '00101030': el(72.5),
  '00080021': el('20260102'),
  '00080031': el('001000'),
  '00080022': el('20260102'),
  '00080032': el('003000'),
  '00540016': el(dose),
  ...more,
});
const factor = (dataSet: DataSet): number => {
  const found = suvFactor(dataSet);
  return 'factor' in found ? found.factor : NaN;
};

describe('SUV by body weight', () => {
  it('decays the dose from injection to scan, across midnight', () => {
    expect(factor(pet())).toBeCloseTo(0.00029445516149517915, 14);
    const dated = { ...DOSE, '00181078': el('20260101230530.000000+0100') };
    expect(factor(pet({}, dated))).toBeCloseTo(0.00029445516149517915, 14);
  });

  it('finds the scan from the frame when the series was made later', () => {
    const late = { '00080031': el('120000'), '00541300': el(1_275_000), '00181242': el(150_000) };
    expect(factor(pet(late))).toBeCloseTo(0.0002944521039816735, 12);
    expect(suvFactor(pet({ '00080031': el('120000') }))).toEqual({
      reason: 'the times of injection and scan are missing',
    });
  });

  it('believes the start of the scan that GE keeps', () => {
    const ge = {
      '00080031': el('120000'),
      '00090010': el('GEMS_PETD_01'),
      '0009100D': el('20260102001000.00'),
    };
    expect(factor(pet(ge))).toBeCloseTo(0.00029445516149517915, 14);
    expect(factor(pet({ ...ge, '00090010': el('SOMEONE') }))).toBeNaN();
  });

  it('takes the dose as it is when pixels are corrected to the injection', () => {
    expect(factor(pet({ '00541102': el('ADMIN') }))).toBeCloseTo(72_500 / 370e6, 16);
    expect(factor(pet({ '00541001': el('GML') }))).toBe(1);
  });

  it.each([
    ['no weight', { '00101030': el() }, 'the body weight is missing'],
    ['counts', { '00541001': el('CNTS') }, 'the pixels are in CNTS'],
    ['no attenuation correction', { '00280051': el('DECY') }, 'the pixels are not attenuation corrected'],
    ['no decay correction', { '00541102': el('NONE') }, 'the pixels are not decay corrected'],
    ['no dose', { '00540016': el() }, 'the injected dose is missing'],
    [
      'an injection after the scan',
      { '00540016': el({ ...DOSE, '00181078': el('20260102120000') }) },
      'the injection is later than the scan',
    ],
  ])('refuses %s', (_, more, reason) => {
    expect(suvFactor(pet(more))).toEqual({ reason });
  });

  it('is said first, or why it is missing', () => {
    const values = { columns: 1, rows: 1, unit: 'Bq/ml', at: (): number => 10_000 };
    const probe = (dataSet: DataSet): string[] => {
      const { quantities, notes } = measured(
        { kind: 'probe', points: [[0, 0]] },
        { instanceUid: 'i', frame: 1, dataSet },
        values,
      );
      return [...quantities.map(wordsOf), ...notes];
    };
    expect(probe(pet())).toEqual(['SUV value 2.94', 'Value 10000 Bq/ml']);
    expect(probe(pet({ '00101030': el() }))).toEqual([
      'Value 10000 Bq/ml',
      'no SUV: the body weight is missing',
    ]);
  });

  it('reads times down to fractions, and no others', () => {
    expect(seconds('19700102', '000001.25')).toBe(86_401.25);
    expect(seconds('19700101', '01')).toBe(3600);
    expect(seconds('1970', '01')).toBeNull();
    expect(seconds('19700101', 'noon')).toBeNull();
  });
});
