import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { giveBack, takeBack } from '@/api/marks';
import { may, sessionQuery } from '@/api/session';
import { useAnnounce, type Announcement } from '@/shared/ui/Announcements';
import { useMarks, useReading } from '../reading';
import { MEASURE_WORDS } from '../room/MeasureMenu';
import { useDesk, type Desk } from './desk';
import { readHidden, writeHidden } from './left';
import type { Removed } from './entries';
import { sent } from './sending';
import type { Kept } from './useKeeping';

interface Doing {
  desk: Desk;
  person: string;
  /** Ask for the marks of a study anew. */
  refresh: (studyUid: string) => Promise<void>;
  before: () => Parameters<Desk['ledger']['done']>[2];
}

/** What a reader deletes of kept marks is deleted where it is kept, at once and with a way back. */
export function useRemoving(kept: Kept[]): void {
  const desk = useDesk();
  const { marks } = useReading();
  const client = useQueryClient();
  const announce = useAnnounce();
  const { data: session } = useQuery(sessionQuery);
  const all = useMarks();
  const mayReject = may(session, 'annotate') && may(session, 'reject');
  const person = session?.name ?? '';
  useEffect(() => {
    const doing: Doing = {
      desk,
      person,
      refresh: (studyUid) => client.invalidateQueries({ queryKey: ['marks', studyUid] }),
      before: () => [...marks.list()],
    };
    const gone = desk.ledger.removed().filter(({ id }) => !desk.removing.has(id));
    for (const { id } of gone) desk.removing.add(id);
    for (const some of byReport(gone)) {
      const [first] = some;
      if (!first) continue;
      const authors = kept.flatMap(({ marks: said }) => said.measurements ?? []);
      const author = authors.find(({ object }) => object === first.object)?.author || 'somebody else';
      void removeFrom(some, author, first.own || mayReject, doing)
        .then(announce)
        .finally(() => {
          for (const { id } of some) desk.removing.delete(id);
        });
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `kept` is made anew at each turn; only its authors are read
  }, [desk, marks, client, announce, all, mayReject, person]);
}

function byReport(removed: Removed[]): Removed[][] {
  const reports = new Map<string, Removed[]>();
  for (const one of removed) reports.set(one.object, [...(reports.get(one.object) ?? []), one]);
  return [...reports.values()];
}

const wordsOf = (removed: Removed[]): string => {
  const [{ mark } = { mark: null }] = removed;
  return removed.length === 1 && mark ? mark.text || MEASURE_WORDS[mark.kind][0] : `${removed.length} marks`;
};

async function removeFrom(
  removed: Removed[],
  author: string,
  able: boolean,
  doing: Doing,
): Promise<Announcement> {
  const words = wordsOf(removed);
  if (!able) return hidden(removed, words, author, doing);
  try {
    const undo = await doing.desk.inTurn(() => deleted(removed, doing));
    const own = removed.every((one) => one.own);
    const text = own ? `${words} deleted.` : `${words} deleted from the report of ${author}.`;
    return { text, undo: { act: undo, done: `${words} is back.` } };
  } catch (error) {
    const [first] = removed;
    if (first) {
      doing.desk.ledger.forget(first.object);
      await doing.refresh(first.studyUid);
    }
    return { text: `${words} not deleted: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Send the report without them; gives the way back. */
async function deleted(removed: Removed[], { desk, refresh, before }: Doing): Promise<() => Promise<void>> {
  const [first] = removed;
  if (!first) return () => Promise.resolve();
  const { studyUid, object, own } = first;
  const change = desk.ledger.rest(first);
  const list = before();
  const saved = await sent(change);
  if (own) desk.ledger.done(change, saved, list);
  await refresh(studyUid);
  return () =>
    desk.inTurn(async () => {
      if (!saved) await giveBack(studyUid, object);
      else if (!own) await takeBack(studyUid, saved, true);
      else {
        desk.ledger.bringBack(removed, saved);
        const again = desk.ledger.rest({ studyUid, object: saved });
        const now = before();
        desk.ledger.done(again, await sent(again), now);
      }
      await refresh(studyUid);
    });
}

/** Who may not change the report has the marks out of sight, in this browser. */
function hidden(removed: Removed[], words: string, author: string, doing: Doing): Announcement {
  const { desk, person, refresh } = doing;
  const uids = removed.map(({ uid }) => uid);
  const put = (change: (all: Set<string>) => void): void => {
    const all = readHidden(person);
    change(all);
    writeHidden(person, all);
    desk.ledger.hide(all);
  };
  put((all) => {
    for (const uid of uids) all.add(uid);
  });
  const [first] = removed;
  return {
    text: `${words} hidden for you, in this browser. It is in a report of ${author}.`,
    undo: {
      act: async () => {
        put((all) => {
          for (const uid of uids) all.delete(uid);
        });
        if (first) desk.ledger.forget(first.object);
        if (first) await refresh(first.studyUid);
      },
      done: `${words} is back.`,
    },
  };
}
