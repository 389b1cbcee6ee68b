import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { ApiError } from '@/api/client';
import { marksQuery, saveMeasurements, takeBack, type Marks, type Value } from '@/api/marks';
import { may, sessionQuery } from '@/api/session';
import { TAG, text } from '@/api/dicomjson';
import { measured } from '../measure/measured';
import type { Mark } from '../measure/mark';
import { pixelValues } from '../measure/pixel-values';
import { useMarks, useReading } from '../reading';
import type { OpenPane } from '../room/panes';
import { valuesOf } from './concepts';
import { useDesk } from './desk';
import { readLeft, writeLeft } from './left';
import type { Change, Ledger } from './ledger';

export interface Kept {
  study: string;
  marks: Marks;
}

/** What is said of each study of the page, as far as it is there. */
export function useKept(): { kept: Kept[]; error: Error | null; version: string } {
  const { studies } = useReading();
  const uids = studies.map(({ study }) => study.study_uid);
  const answers = useQueries({ queries: uids.map((uid) => marksQuery(uid)) });
  const kept = answers.flatMap(({ data }, at) => (data ? [{ study: uids[at] ?? '', marks: data }] : []));
  const version = answers.map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  return { kept, error: answers.find(({ error }) => error)?.error ?? null, version };
}

export const useMayAnnotate = (): boolean => may(useQuery(sessionQuery).data, 'annotate');

/** The values of a mark, as far as its image is at hand. */
function measure(mark: Mark, panes: readonly OpenPane[]): Value[] | null {
  const open = panes.find(({ series }) => series.uid === mark.seriesUid);
  const frame = open?.frames.find((one) => one.instanceUid === mark.sopUid && one.frame === mark.frame);
  if (!open || !frame) return null;
  const { quantities } = measured(mark, frame, pixelValues(open.series, frame));
  return valuesOf(quantities, text(frame.dataSet, TAG.Modality));
}

export interface Keeping {
  unsaved: Mark[];
  /** Something is to be sent: marks, or the lack of them. */
  waiting: boolean;
  save: () => Promise<void>;
}

/** Brings what is kept to the page, and what the page has made to the archive. Once on a page. */
export function useKeeping(): Keeping {
  const { marks, panes, studies } = useReading();
  const desk = useDesk();
  const client = useQueryClient();
  const { kept, version } = useKept();
  const all = useMarks();
  const person = useQuery(sessionQuery).data?.name ?? '';

  useEffect(() => {
    for (const { study, marks: said } of kept) {
      desk.ledger.take(study, said.measurements ?? []);
      if (person) desk.ledger.restore(study, readLeft(person, study));
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `kept` is made anew at each turn; what it holds is not
  }, [desk, person, version]);

  useEffect(() => {
    desk.ledger.note((mark) => measure(mark, panes.list()));
    if (person) for (const { study } of studies) remember(desk.ledger, person, study.study_uid);
  }, [desk, panes, studies, person, all]);

  const save = useCallback(async () => {
    if (desk.get().saving) return;
    desk.set({ saving: true, trouble: null });
    try {
      for (const change of desk.ledger.changes()) {
        const before = [...marks.list()];
        await client.cancelQueries({ queryKey: ['marks', change.studyUid] });
        desk.ledger.done(change, await sent(change), before);
        remember(desk.ledger, person, change.studyUid);
        await client.invalidateQueries({ queryKey: ['marks', change.studyUid] });
      }
    } catch (error) {
      desk.set({ trouble: troubleOf(error) });
    } finally {
      desk.set({ saving: false });
    }
  }, [desk, marks, client, person]);

  return { unsaved: desk.ledger.unsaved(), waiting: desk.ledger.changes().length > 0, save };
}

/** Write down what is not kept yet, and what an earlier page left until it is on this one. */
function remember(ledger: Ledger, person: string, study: string): void {
  const left = ledger.left(study);
  const mine = new Set(left.map(({ uid }) => uid));
  const earlier = ledger.hasRestored(study)
    ? []
    : readLeft(person, study).filter(({ uid }) => !mine.has(uid));
  writeLeft(person, study, [...earlier, ...left]);
}

const troubleOf = (error: unknown): string =>
  `Not saved: ${error instanceof Error ? error.message : String(error)} The marks stay in this browser.`;

/** Send one change; the UID of the report that keeps it now, empty when none does. */
async function sent({ studyUid, object, marks }: Change): Promise<string> {
  if (marks.length === 0) {
    await takeBack(studyUid, object).catch(unlessGone);
    return '';
  }
  const body = { measurements: marks, ...(object ? { replaces: object } : {}) };
  const id = idOf(JSON.stringify(body));
  try {
    return (await saveMeasurements(studyUid, { id, ...body })).object;
  } catch (error) {
    // The same marks were saved and taken back before: this is a new decision to keep them.
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    return (
      await saveMeasurements(studyUid, { id: crypto.getRandomValues(new Uint32Array(4)).join('-'), ...body })
    ).object;
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 404) throw error;
}

/** The same for the same words, so that what is sent again is kept once (cyrb53, twice). */
export function idOf(words: string): string {
  return [0, 1].map((seed) => hashed(words, seed).toString(36)).join('-');
}

function hashed(words: string, seed: number): number {
  let [a, b] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed];
  for (let at = 0; at < words.length; at++) {
    const code = words.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
