import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { marksQuery, type Marks, type Value } from '@/api/marks';
import { may, sessionQuery } from '@/api/session';
import { TAG, text } from '@/api/dicomjson';
import type { Mark } from '../measure/mark';
import { measuredOn } from '../measure/sheet';
import { useMarks, useReading } from '../reading';
import type { OpenPane } from '../room/panes';
import { valuesOf } from './concepts';
import { useDesk } from './desk';
import { readHidden, readLeft, writeLeft } from './left';
import type { Ledger } from './ledger';
import { sent } from './sending';
import { useRemoving } from './useRemoving';

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
  const { quantities } = measuredOn(mark, open, frame);
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
    if (person) desk.ledger.hide(readHidden(person));
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
      await desk.inTurn(async () => {
        for (const change of desk.ledger.changes()) {
          const before = [...marks.list()];
          await client.cancelQueries({ queryKey: ['marks', change.studyUid] });
          desk.ledger.done(change, await sent(change), before);
          remember(desk.ledger, person, change.studyUid);
          await client.invalidateQueries({ queryKey: ['marks', change.studyUid] });
        }
      });
    } catch (error) {
      desk.set({ trouble: troubleOf(error) });
    } finally {
      desk.set({ saving: false });
    }
  }, [desk, marks, client, person]);

  useRemoving(kept);
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
