import type { StudyRow } from '@/api/types';

const UNDATED = 'Undated';

/** Studies by year, newest year and newest study first; those without a date come last. */
export function byYear(studies: StudyRow[]): [year: string, studies: StudyRow[]][] {
  const when = (study: StudyRow): string => `${study.study_date ?? ''}${study.study_time ?? ''}`;
  const sorted = [...studies].sort((a, b) => (when(a) < when(b) ? 1 : -1));
  const years = new Map<string, StudyRow[]>();
  for (const study of sorted) {
    const year = /^\d{4}/.exec(study.study_date ?? '')?.[0] ?? UNDATED;
    years.set(year, [...(years.get(year) ?? []), study]);
  }
  return [...years];
}
