import { describe, expect, it } from 'vitest';
import {
  figuresOf,
  formatMinutes,
  formatTarget,
  formatValue,
  readTarget,
  typedTarget,
  verdictOf,
} from './measures';
import { formatMonth, monthAfter, monthsOffered, periodOf, readMonth } from './months';
import { pathOf } from './path';

describe('measures', () => {
  it('words values by their unit', () => {
    expect(formatValue('share', 0.125)).toBe('12.5 %');
    expect(formatValue('per-1000', 4)).toBe('4 ‰');
    expect(formatValue('minutes', 45.4)).toBe('45 min');
    expect(formatValue('count', 3)).toBe('3');
    expect(formatValue('share', null)).toBe('–');
    expect([formatMinutes(150), formatMinutes(4320)]).toEqual(['2.5 h', '3 d']);
    expect(formatTarget({ unit: 'share', target: 0.95, more_is_better: true })).toBe('at least 95 %');
    expect(formatTarget({ unit: 'minutes', target: 60, more_is_better: false })).toBe('at most 60 min');
  });

  it('reads a target as it was typed', () => {
    expect(readTarget('share', '95')).toBe(0.95);
    expect(readTarget('share', '0,5')).toBe(0.005);
    expect(readTarget('minutes', '90')).toBe(90);
    for (const typed of ['', ' ', 'x', '-1', '1e9']) expect(readTarget('minutes', typed)).toBeNull();
    expect(readTarget('share', '101')).toBeNull();
    expect(readTarget('share', typedTarget('share', 0.07))).toBe(0.07);
  });

  it('judges nothing that is too little', () => {
    expect(verdictOf({ met: null, few: true, value: 0.5 })).toBe('few');
    expect(verdictOf({ met: null, few: false, value: null })).toBe('nothing');
    expect(verdictOf({ met: true, few: false, value: 1 })).toBe('met');
    expect(verdictOf({ met: false, few: false, value: 1 })).toBe('missed');
  });

  it('tells of the figures that are not nought', () => {
    expect(figuresOf({ measure: 'complete', figures: { median: 12, unbelievable: 2, undated: 0 } })).toEqual([
      'median 12 min',
      '2 with a clock that is not believable',
    ]);
    expect(figuresOf({ measure: 'orders-linked', figures: { linked: 4 } })).toEqual([]);
  });
});

describe('months', () => {
  it('go over the turn of the year', () => {
    expect(monthAfter('2026-12', 1)).toBe('2027-01');
    expect(monthAfter('2026-01', -1)).toBe('2025-12');
    expect(periodOf('2026-12')).toEqual({ from: '2026-12-01', to: '2027-01-01' });
    expect(formatMonth('2026-01', 'en-GB')).toBe('January 2026');
  });

  it('offer the running one first, and the chosen one always', () => {
    const today = new Date('2026-03-31T23:00:00Z');
    expect(monthsOffered('2026-03', today).slice(0, 2)).toEqual(['2026-03', '2026-02']);
    expect(monthsOffered('2020-01', today).at(-1)).toBe('2020-01');
    expect(monthsOffered('2020-01', today)).toHaveLength(13);
  });

  it('are read from an address or not at all', () => {
    expect(readMonth({ month: '2026-03' })).toEqual({ month: '2026-03' });
    for (const month of ['2026-13', '2026-3', 7, undefined]) expect(readMonth({ month })).toEqual({});
  });
});

describe('the path of a history', () => {
  it('breaks where there is no value', () => {
    expect(pathOf([1, 2, null, 2, 1], 40, 10)).toBe('M0.0 10.0L10.0 0.0M30.0 0.0L40.0 10.0');
  });

  it('is level where all values are the same, and empty where there are none', () => {
    expect(pathOf([3, 3], 10, 10)).toBe('M0.0 5.0L10.0 5.0');
    expect(pathOf([null, null], 10, 10)).toBe('');
    expect(pathOf([], 10, 10)).toBe('');
  });
});
