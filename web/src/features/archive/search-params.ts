import { daysAgo, isoDay } from '@/shared/lib/dates';
import type { StudyFilter } from '@/api/types';

export const PRESETS = { today: 0, '7d': 7, '30d': 30 } as const;
export type Preset = keyof typeof PRESETS;

/** The search as it stands in the address: shareable, and kept by Back. */
export interface StudySearch {
  q?: string;
  modality?: string[];
  when?: Preset;
  from?: string;
  to?: string;
  institution?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'number') return String(value); // "?q=123" is read as a number by the router
  return typeof value === 'string' && value.trim() ? value : undefined;
};
const dayOf = (value: unknown): string | undefined =>
  typeof value === 'string' && DAY.test(value) ? value : undefined;

/** Read the address; what is not understood is left out. */
export function readSearch(raw: Record<string, unknown>): StudySearch {
  const codes = Array.isArray(raw['modality']) ? raw['modality'].map(String) : [textOf(raw['modality'])];
  const modality = codes.filter((code): code is string => /^[A-Z0-9_]{1,16}$/.test(code ?? ''));
  const when = Object.keys(PRESETS).includes(String(raw['when'])) ? (raw['when'] as Preset) : undefined;
  return clean({
    q: textOf(raw['q']),
    modality: modality.length > 0 ? modality : undefined,
    when,
    from: when ? undefined : dayOf(raw['from']),
    to: when ? undefined : dayOf(raw['to']),
    institution: textOf(raw['institution']),
  });
}

/** The server's filter: presets become days, counted from today. */
export function toFilter(search: StudySearch, today = new Date()): StudyFilter {
  const { when, ...rest } = search;
  if (!when) return clean(rest);
  return clean({ ...rest, from: daysAgo(PRESETS[when], today), to: isoDay(today) });
}

/** True when anything narrows the list. */
export const isNarrowed = (search: StudySearch): boolean => Object.keys(search).length > 0;

function clean<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
