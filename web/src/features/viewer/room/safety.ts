import { number, TAG, text } from '@/api/dicomjson';
import type { Series } from '@/api/series';
import type { StudyRow, StudyState } from '@/api/types';
import { age, formatDate } from '@/shared/lib/dates';
import type { Frame } from '../frames';

/** What a reader must know before they trust what they see. */
export interface Flag {
  words: string;
  tone: 'plain' | 'warn';
}

/** A series on the stage and what has come of it. */
export interface ShownSeries {
  series: Series;
  frames: Frame[];
}

const SEXES: Record<string, string> = { F: 'female', M: 'male', O: 'other' };

/** "born 05 May 1986, 40 y, female" */
export function bornWords({ birth_date: birth, sex, study_date: day }: StudyRow): string {
  const years = age(birth, day);
  const parts = [birth ? `born ${formatDate(birth)}` : 'birth date unknown', years, SEXES[sex ?? ''] ?? sex];
  return parts.filter(Boolean).join(', ');
}

/** Which archives the images are from; empty when there is only ours. */
export function sourceWords(state: StudyState | undefined): string {
  const titles = state?.archives.map(({ title }) => title) ?? [];
  return titles.length > 0 ? `from ${titles.join(', ')}` : '';
}

/** "312 of 500 images here", over the series on the stage; null when all are. */
export function incompleteWords(shown: ShownSeries[], state: StudyState | undefined): string | null {
  let [here, expected] = [0, 0];
  for (const { series, frames } of shown) {
    const told = state?.series.find(({ series_uid }) => series_uid === series.uid);
    const instances = new Set(frames.map(({ instanceUid }) => instanceUid)).size;
    here += instances;
    expected += Math.max(instances, told?.expected ?? series.instances);
  }
  return here < expected ? `${here} of ${expected} images here` : null;
}

/** "Lossy 12:1" where the object says that pixels are not the acquired ones (PS3.3 C.7.6.1.1.5); the strongest of all. */
export function lossyWords(shown: ShownSeries[]): string | null {
  let worst: number | null = null;
  for (const { frames } of shown) {
    for (const { dataSet } of frames) {
      if (text(dataSet, TAG.LossyImageCompression) !== '01') continue;
      worst = Math.max(worst ?? 0, number(dataSet, TAG.LossyImageCompressionRatio) ?? 0);
    }
  }
  if (worst === null) return null;
  return worst > 0 ? `Lossy images, up to ${Math.round(worst)}:1` : 'Lossy images';
}

/** All that must be said of what is shown of a study. */
export function flagsOf(
  shown: ShownSeries[],
  state: StudyState | undefined,
  warnings: readonly string[],
): Flag[] {
  const said = [incompleteWords(shown, state), lossyWords(shown), ...warnings];
  return said.filter((words) => words !== null).map((words) => ({ words, tone: 'warn' }));
}
