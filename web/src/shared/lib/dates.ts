/**
 * Dates in the reader's locale that cannot be misread: the month is always a word, so 03/04 never
 * means two days. DICOM DA and TM come in; nothing here shifts a time zone.
 */
const DA = /^(\d{4})\.?(\d{2})\.?(\d{2})$/;
const TM = /^(\d{2}):?(\d{2})?:?(\d{2})?/;

/** A DICOM DA (`YYYYMMDD`, or the old `YYYY.MM.DD`) as a local calendar day; null when it is none. */
export function parseDate(da: string | null | undefined): Date | null {
  const match = DA.exec((da ?? '').trim());
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(year, month - 1, day);
  date.setFullYear(year); // years below 100 are years, not 19xx
  return date.getMonth() === month - 1 && date.getDate() === day ? date : null;
}

/** "24 Nov 2026" in the reader's locale; the raw text when it is no date, a dash when absent. */
export function formatDate(da: string | null | undefined, locale?: string): string {
  const date = parseDate(da);
  if (!date) return da?.trim() || '–';
  return new Intl.DateTimeFormat(locale, { day: '2-digit', month: 'short', year: 'numeric' }).format(date);
}

/** "14:05" from a DICOM TM, empty when absent or broken. */
export function formatTime(tm: string | null | undefined): string {
  const match = TM.exec((tm ?? '').trim());
  return match?.[1] ? `${match[1]}:${match[2] ?? '00'}` : '';
}

/** Completed years at a day; months below two years, as paediatrics counts. */
export function age(birth: string | null | undefined, at: string | null | undefined): string | null {
  const born = parseDate(birth);
  const day = parseDate(at);
  if (!born || !day || day < born) return null;
  const beforeDay = day.getDate() < born.getDate() ? 1 : 0;
  const months = (day.getFullYear() - born.getFullYear()) * 12 + day.getMonth() - born.getMonth() - beforeDay;
  return months < 24 ? `${months} mo` : `${Math.floor(months / 12)} y`;
}

/** `YYYY-MM-DD` of a local day, as the search asks for it. */
export function isoDay(date: Date): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** The day that lies `days` before today. */
export function daysAgo(days: number, today = new Date()): string {
  return isoDay(new Date(today.getFullYear(), today.getMonth(), today.getDate() - days));
}

/** An instant (ISO 8601) as local date and time, with the month as a word. */
export function formatInstant(iso: string | null | undefined, locale?: string): string {
  const date = iso ? new Date(iso) : null;
  if (!date || Number.isNaN(date.getTime())) return '–';
  return new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(date);
}

/** An instant (ISO 8601) as its UTC says it: "2026-11-24 07:41:00 UTC"; empty when it is none. */
export function formatUtc(iso: string | null | undefined): string {
  const date = iso ? new Date(iso) : null;
  if (!date || Number.isNaN(date.getTime())) return '';
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** "3 h 59 min", "4 min", "45 s" until an instant, at a moment in milliseconds; null when it is over. */
export function timeLeft(iso: string, now: number): string | null {
  const seconds = Math.ceil((new Date(iso).getTime() - now) / 1000);
  if (!(seconds > 0)) return null;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
