import type { Period } from '@/api/scorecards';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const OFFERED = 12;

/** A month as `YYYY-MM`; the house counts in UTC. */
export const monthOf = (day: Date): string => day.toISOString().slice(0, 7);

/** The month that lies `by` months after another. */
export function monthAfter(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number);
  return monthOf(new Date(Date.UTC(year ?? 0, (number ?? 1) - 1 + by, 1)));
}

/** The days of a month, as the server asks for them. */
export const periodOf = (month: string): Period => ({
  from: `${month}-01`,
  to: `${monthAfter(month, 1)}-01`,
});

/** "January 2026" in the reader's locale. */
export const formatMonth = (month: string, locale?: string): string =>
  new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );

/** The running month and those before it, and the chosen one where it is none of them. */
export function monthsOffered(chosen: string, today: Date): string[] {
  const running = monthOf(today);
  const months = Array.from({ length: OFFERED }, (_, back) => monthAfter(running, -back));
  return months.includes(chosen) ? months : [...months, chosen];
}

export interface MonthSearch {
  month?: string;
}

/** The month in an address; anything else is as if it were not there. */
export function readMonth(raw: Record<string, unknown>): MonthSearch {
  const month = raw['month'];
  return typeof month === 'string' && MONTH.test(month) ? { month } : {};
}
