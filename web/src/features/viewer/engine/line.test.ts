import { expect, it } from 'vitest';
import type { DataSet } from '@/api/dicomjson';
import { acceptAt, Line, rateOf } from './line';

const GRAY = { '00280002': { vr: 'US', Value: [1] } };
const COLOUR = { '00280002': { vr: 'US', Value: [3] } };

const answer = (
  transferSize: number,
  responseStart: number,
  responseEnd: number,
): { transferSize: number; responseStart: number; responseEnd: number } => ({
  transferSize,
  responseStart,
  responseEnd,
});

it('knows nothing of a line on which nothing of size came', () => {
  expect(rateOf([])).toBeNull();
  expect(rateOf([answer(500, 0, 100), answer(0, 0, 1)])).toBeNull();
});

it('counts time once in which answers came side by side, and none in which nothing came', () => {
  expect(rateOf([answer(500_000, 0, 200)])).toBe(2_500_000);
  expect(rateOf([answer(500_000, 0, 400), answer(500_000, 0, 400)])).toBe(2_500_000);
  expect(rateOf([answer(500_000, 0, 200), answer(500_000, 5000, 5200)])).toBe(2_500_000);
  expect(rateOf([answer(500_000, 100, 300), answer(500_000, 0, 200)])).toBeCloseTo(1_000_000 / 0.3);
});

it('does not divide by no time', () => {
  expect(rateOf([answer(500_000, 7, 7)])).toBe(500_000_000);
});

it('asks for compressed frames on a slow line only, and takes stored ones where they cannot be had', () => {
  expect(acceptAt(null)).toMatch(/^application\/octet-stream; transfer-syntax=\*$/);
  expect(acceptAt(100_000_000)).toBe(acceptAt(null));
  expect(acceptAt(2_500_000)).toMatch(/^image\/jphc; .*transfer-syntax=\*; q=0.5$/);
});

it('asks for what comes ahead in few bytes, unless it is stored so', () => {
  const line = new Line();
  expect(line.acceptFor(GRAY, true)).toContain('jphc');
  expect(line.acceptFor(COLOUR, true)).not.toContain('jphc');
  const stored = (syntax: string): DataSet => ({ ...GRAY, '00083002': { vr: 'UI', Value: [syntax] } });
  expect(line.acceptFor(stored('1.2.840.10008.1.2.1'), true)).toContain('jphc');
  expect(line.acceptFor(stored('1.2.840.10008.1.2.4.70'), true)).not.toContain('jphc');
  line.note([answer(500_000, 0, 200)]);
  expect(line.acceptFor(stored('1.2.840.10008.1.2.4.70'))).not.toContain('jphc');
});

it('follows the line', () => {
  const line = new Line();
  line.note([answer(500_000, 0, 200)]);
  expect(line.acceptFor(GRAY)).toContain('jphc');
  expect(line.acceptFor(COLOUR)).not.toContain('jphc');
  expect(line.acceptFor(undefined)).not.toContain('jphc');
  line.note(Array.from({ length: 40 }, (_, n) => answer(500_000, 1000 + n * 5, 1005 + n * 5)));
  expect(line.acceptFor(GRAY)).not.toContain('jphc');
});
