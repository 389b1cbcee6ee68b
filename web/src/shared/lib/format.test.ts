import { describe, expect, it } from 'vitest';
import { age, daysAgo, formatDate, formatTime, formatUtc, parseDate, timeLeft } from './dates';
import { displayName, fullName, initials } from './person-name';
import { formatBytes, plural } from './quantities';

describe('person names (PS3.5 6.2.1)', () => {
  it('puts the family name first and keeps prefix and suffix', () => {
    expect(displayName('Adams^John Robert Quincy^^Rev.^B.A. M.Div.').primary).toBe(
      'Adams B.A. M.Div., Rev. John Robert Quincy',
    );
  });

  it('shows the ideographic and phonetic forms beside the alphabetic one', () => {
    expect(displayName('Yamada^Tarou=山田^太郎=やまだ^たろう')).toEqual({
      primary: 'Yamada, Tarou',
      secondary: '山田 太郎 · やまだ たろう',
    });
  });

  it('shows a name that has only an ideographic form', () => {
    expect(displayName('=山田^太郎').primary).toBe('山田 太郎');
  });

  it.each([null, undefined, '', '^^', '=='])('says so when there is no name: %j', (pn) => {
    expect(fullName(pn)).toBe('No name');
  });

  it('makes initials', () => {
    expect(initials('Ada Lovelace')).toBe('AL');
  });
});

describe('dates', () => {
  it('writes the month as a word, so that no order of day and month can be misread', () => {
    expect(formatDate('20260304', 'en-GB')).toBe('04 Mar 2026');
    expect(formatDate('20260304', 'en-US')).toBe('Mar 04, 2026');
    expect(formatDate('20260304', 'de-DE')).toMatch(/Mär/);
  });

  it('reads the form of the old standard', () => {
    expect(parseDate('1998.12.31')?.getFullYear()).toBe(1998);
  });

  it('shows what is no date as it came', () => {
    expect(formatDate('20261345', 'en-GB')).toBe('20261345');
    expect(formatDate(null)).toBe('–');
  });

  it('reads times of any precision', () => {
    expect(formatTime('140530.123456')).toBe('14:05');
    expect(formatTime('14')).toBe('14:00');
    expect(formatTime('x')).toBe('');
  });

  it('counts the age on the day of the study', () => {
    expect(age('20000229', '20260228')).toBe('25 y');
    expect(age('20260101', '20261124')).toBe('10 mo');
    expect(age('20270101', '20261124')).toBeNull();
  });

  it('counts days back over a month border', () => {
    expect(daysAgo(7, new Date(2026, 2, 3))).toBe('2026-02-24');
  });
});

describe('quantities', () => {
  it('writes bytes in powers of ten', () => {
    expect([0, 999, 1500, 16_800_000, 2e12].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.5 kB',
      '16.8 MB',
      '2.0 TB',
    ]);
  });

  it('counts in words', () => {
    expect(plural(1, 'series', 'series')).toBe('1 series');
    expect(plural(1200, 'image')).toMatch(/^1.200 images$/);
  });
});

describe('instants', () => {
  it('says an instant in UTC, whatever zone it came in', () => {
    expect(formatUtc('2026-11-24T09:41:00+02:00')).toBe('2026-11-24 07:41:00 UTC');
    expect(formatUtc('soon')).toBe('');
    expect(formatUtc(null)).toBe('');
  });

  it('counts down in hours, then minutes, then seconds, and then is over', () => {
    const left = (ms: number): string | null =>
      timeLeft('2026-11-24T12:00:00Z', Date.UTC(2026, 10, 24, 12) - ms);
    expect(left(4 * 3_600_000)).toBe('4 h 0 min');
    expect(left(3 * 3_600_000 + 59_000)).toBe('3 h 0 min');
    expect(left(61_000)).toBe('1 min');
    expect(left(59_001)).toBe('1 min');
    expect(left(45_000)).toBe('45 s');
    expect(left(0)).toBeNull();
    expect(timeLeft('never', 0)).toBeNull();
  });
});
