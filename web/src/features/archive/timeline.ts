import type { Asked, EverywhereRow } from '@/api/types';

const UNDATED = 'Undated';

/** What kind of record a study holds, in words for people who do not live in codes. */
export type Kind = 'images' | 'photos' | 'video' | 'ecg' | 'report' | 'document';

export const KINDS: Record<Kind, string> = {
  images: 'Images',
  photos: 'Photos',
  video: 'Endoscopy and video',
  ecg: 'ECG and curves',
  report: 'Reports',
  document: 'Documents',
};

const OF_MODALITY: Record<string, Kind> = {
  XC: 'photos',
  GM: 'photos',
  DMS: 'photos',
  OP: 'photos',
  ES: 'video',
  ECG: 'ecg',
  EPS: 'ecg',
  HD: 'ecg',
  EEG: 'ecg',
  RESP: 'ecg',
  SR: 'report',
  KO: 'report',
  DOC: 'document',
  PLAN: 'document',
};
const ORDER = Object.keys(KINDS) as Kind[];

/** The kinds of a study, pictures first; one that tells no modality is taken for images. */
export function kindsOf({ modalities }: Pick<EverywhereRow, 'modalities'>): Kind[] {
  const found = new Set(modalities.map((code): Kind => OF_MODALITY[code] ?? 'images'));
  return found.size > 0 ? ORDER.filter((kind) => found.has(kind)) : ['images'];
}

const digits = (date: string | null): string => (date ?? '').replace(/[.-]/g, '');

export const yearOf = (row: Pick<EverywhereRow, 'study_date'>): string =>
  /^\d{4}/.exec(row.study_date ?? '')?.[0] ?? UNDATED;

/** What narrows a timeline; nothing chosen narrows nothing. */
export interface TimelineFilter {
  kind?: string[];
  modality?: string[];
  region?: string[];
  year?: string[];
}

export const FILTERS = ['kind', 'modality', 'region', 'year'] as const;

const valuesOf: Record<keyof TimelineFilter, (row: EverywhereRow) => string[]> = {
  kind: kindsOf,
  modality: (row) => row.modalities,
  region: (row) => row.regions,
  year: (row) => [yearOf(row)],
};

/** Studies that have something of each filter. */
export function narrowed(rows: readonly EverywhereRow[], filter: TimelineFilter): EverywhereRow[] {
  const set = FILTERS.map((name) => [name, filter[name] ?? []] as const).filter(
    ([, chosen]) => chosen.length > 0,
  );
  return rows.filter((row) =>
    set.every(([name, chosen]) => valuesOf[name](row).some((value) => chosen.includes(value))),
  );
}

/** What a filter can be narrowed to, with how many studies have it, the most frequent first; years newest first. */
export function choicesOf(
  rows: readonly EverywhereRow[],
  name: keyof TimelineFilter,
): [value: string, count: number][] {
  const counts = new Map<string, number>();
  for (const row of rows)
    for (const value of new Set(valuesOf[name](row))) counts.set(value, (counts.get(value) ?? 0) + 1);
  const found = [...counts];
  if (name === 'year')
    return found.sort(([a], [b]) => (a === UNDATED ? 1 : b === UNDATED ? -1 : b.localeCompare(a)));
  return found.sort(([a, left], [b, right]) => right - left || a.localeCompare(b));
}

export interface Day {
  /** DICOM DA; empty for those without a date. */
  date: string;
  studies: EverywhereRow[];
}

/** Studies by year and by day, the newest first; those without a date come last. */
export function byYear(rows: readonly EverywhereRow[]): [year: string, days: Day[]][] {
  const when = (row: EverywhereRow): string => `${digits(row.study_date)} ${row.study_time ?? ''}`;
  const sorted = [...rows].sort((a, b) =>
    when(a) < when(b) ? 1 : when(a) > when(b) ? -1 : a.study_uid < b.study_uid ? -1 : 1,
  );
  const years = new Map<string, Day[]>();
  for (const row of sorted) {
    const year = yearOf(row);
    const date = digits(row.study_date);
    const days = years.get(year) ?? [];
    const last = days.at(-1);
    if (last?.date === date) last.studies.push(row);
    else days.push({ date, studies: [row] });
    years.set(year, days);
  }
  return [...years];
}

/** Each archive once, over several searches: it failed where any failed, and waits where any waits. */
export function together(searches: readonly (readonly Asked[])[]): Asked[] {
  const rank = { answered: 0, asked: 1, failed: 2 };
  const found = new Map<string, Asked>();
  for (const one of searches.flat()) {
    const before = found.get(one.key);
    if (!before) found.set(one.key, one);
    else {
      const worse = rank[one.state] > rank[before.state] ? one : before;
      const more = (before.more ?? false) || (one.more ?? false);
      const [count, ms] = [(before.count ?? 0) + (one.count ?? 0), Math.max(before.ms ?? 0, one.ms ?? 0)];
      found.set(one.key, { ...worse, more, ...(worse.state === 'answered' && { count, ms }) });
    }
  }
  return [...found.values()];
}

/** The two that are compared: a third takes the place of the one chosen first. */
export function choose(chosen: readonly string[], uid: string): string[] {
  if (chosen.includes(uid)) return chosen.filter((one) => one !== uid);
  return [...chosen, uid].slice(-2);
}

/** Two studies in the order in which they are shown: the newer one first. */
export function inOrder(rows: readonly EverywhereRow[], chosen: readonly string[]): EverywhereRow[] {
  const found = chosen.flatMap((uid) => rows.find(({ study_uid }) => study_uid === uid) ?? []);
  return byYear(found).flatMap(([, days]) => days.flatMap(({ studies }) => studies));
}

/** Read the address; what is not understood is left out. */
export function readTimelineFilter(raw: Record<string, unknown>): TimelineFilter {
  const read = FILTERS.map((name) => {
    const given = raw[name];
    const values = (Array.isArray(given) ? given : [given]).filter(
      (one) => typeof one === 'string' || typeof one === 'number',
    );
    return [name, values.map((one) => String(one).slice(0, 64))] as const;
  });
  return Object.fromEntries(read.filter(([, values]) => values.length > 0));
}
