import type { Measurements, NewMark, Value } from '@/api/marks';
import type { MarkBook } from '../measure/book';
import type { Mark } from '../measure/mark';
import { drawnMark, sentMark } from './concepts';
import {
  changeOf,
  newUid,
  NEW,
  said,
  UNKEPT,
  type Change,
  type Entry,
  type Left,
  type Removed,
} from './entries';

/** Which marks of the page are kept in which report, and what has to be sent so that all are. */
export class Ledger {
  readonly #book: MarkBook;
  readonly #entries = new Map<string, Entry>();
  /** What is not drawn here of a report, and goes along when it is sent anew. */
  readonly #others = new Map<string, NewMark[]>();
  /** Reports on the page, and the study of each. */
  readonly #known = new Map<string, string>();
  /** UIDs of marks that this person does not want to see. */
  #hidden: ReadonlySet<string> = new Set();
  /** Marks of somebody else's: they may be put out of sight here, and are kept all the same. */
  readonly #strangers = new Set<string>();
  readonly #restored = new Set<string>();

  constructor(book: MarkBook) {
    this.#book = book;
  }

  /** Take over what reports of a study say; marks of reports that are not there any more go. */
  take(studyUid: string, documents: Measurements[]): void {
    const there = new Set(documents.map(({ object }) => object));
    this.#forget(({ studyUid: study, object }) => study === studyUid && object !== '' && !there.has(object));
    for (const [object, study] of this.#known)
      if (study === studyUid && !there.has(object)) this.#known.delete(object);
    for (const document of documents) if (!this.#known.has(document.object)) this.#bring(studyUid, document);
  }

  #bring(studyUid: string, { object, mine, marks = [] }: Measurements): void {
    this.#known.set(object, studyUid);
    const drawn = marks.map((kept) => ({
      kept,
      shape: this.#hidden.has(kept.uid) ? null : drawnMark(kept),
    }));
    const made = this.#book.bring(
      drawn.flatMap(({ kept, shape }) =>
        shape
          ? [
              {
                ...shape,
                studyUid,
                seriesUid: kept.series_uid,
                sopUid: kept.sop_uid,
                frame: kept.frame,
                text: kept.label,
                own: mine,
              },
            ]
          : [],
      ),
    );
    drawn
      .filter(({ shape }) => shape)
      .forEach(({ kept }, at) => {
        const mark = made[at];
        if (!mark) return;
        if (!mine) this.#strangers.add(mark.id);
        const now = said(mark);
        const values = kept.values ?? [];
        this.#entries.set(mark.id, {
          ...{ uid: kept.uid, studyUid, object, kept: now, values, valuesOf: now },
          ...{ mark, origin: kept },
        });
      });
    this.#others.set(
      object,
      drawn.filter(({ shape }) => !shape).map(({ kept }) => ({ ...kept, points: kept.points ?? [] })),
    );
  }

  /** Bring back what this browser remembers of a study, once its reports are known. */
  restore(studyUid: string, left: Left[]): void {
    if (this.#restored.has(studyUid)) return;
    this.#restored.add(studyUid);
    for (const { mark, uid, object, values } of left) {
      const known = [...this.#entries].find(([, entry]) => entry.uid === uid);
      if (known) this.#book.change(known[0], changeOf(mark));
      else if (!object) {
        const [made] = this.#book.bring([{ ...mark, own: true }]);
        if (made) this.#entries.set(made.id, { ...NEW, uid, studyUid, values, valuesOf: said(made) });
      }
    }
  }

  /** Whether what this browser remembers of a study is on the page. */
  hasRestored(studyUid: string): boolean {
    return this.#restored.has(studyUid);
  }

  /** Note new marks, and measure those whose points changed; `measure` gives null where the image is not at hand. */
  note(measure: (mark: Mark) => Value[] | null): void {
    for (const mark of this.#book.list()) {
      const seen = this.#entries.get(mark.id);
      if (seen) this.#entries.set(mark.id, { ...seen, mark });
      if (!mark.own) continue;
      const now = said(mark);
      const entry = this.#entries.get(mark.id) ?? this.#begun(mark);
      if (entry.valuesOf === now) continue;
      const values = measure(mark);
      if (values) this.#entries.set(mark.id, { ...entry, values, valuesOf: now });
    }
  }

  #begun({ id, studyUid }: Mark): Entry {
    const entry = { ...NEW, uid: newUid(), studyUid };
    this.#entries.set(id, entry);
    return entry;
  }

  /** Own marks that no report keeps as they are now. */
  unsaved(): Mark[] {
    return this.#book.list().filter((mark) => mark.own && this.#entries.get(mark.id)?.kept !== said(mark));
  }

  /** What has to be sent, in order: new marks of each study, reports that changed, reports of which nothing is left. */
  changes(): Change[] {
    const list = this.#book.list().filter(({ own }) => own);
    const fresh = list.filter(({ id }) => !this.#entries.get(id)?.object);
    const studies = [...new Set(fresh.map(({ studyUid }) => studyUid))];
    return [
      ...studies.map((studyUid) =>
        this.#change(
          studyUid,
          '',
          fresh.filter((mark) => mark.studyUid === studyUid),
        ),
      ),
      ...this.#changedReports(list),
    ];
  }

  #changedReports(list: Mark[]): Change[] {
    const here = new Map(list.map((mark) => [mark.id, mark]));
    const touched = new Map<string, string>();
    for (const [id, { object, studyUid, kept }] of this.#entries) {
      if (!object || this.#strangers.has(id)) continue;
      const mark = here.get(id);
      if (!mark || said(mark) !== kept) touched.set(object, studyUid);
    }
    return [...touched].map(([object, studyUid]) =>
      this.#change(
        studyUid,
        object,
        list.filter(({ id }) => this.#entries.get(id)?.object === object),
      ),
    );
  }

  #change(studyUid: string, object: string, marks: Mark[]): Change {
    const sent = marks.map((mark) => {
      const { uid = newUid(), values = [], origin, kept } = this.#entries.get(mark.id) ?? {};
      return origin && kept === said(mark)
        ? { ...origin, points: origin.points ?? [] }
        : sentMark(mark, uid, values);
    });
    const others = this.#others.get(object) ?? [];
    return { studyUid, object, ids: marks.map(({ id }) => id), marks: [...sent, ...others] };
  }

  /** Kept marks that are on the page no more. */
  removed(): Removed[] {
    const here = new Set(this.#book.list().map(({ id }) => id));
    return [...this.#entries].flatMap(([id, { uid, studyUid, object, mark }]): Removed[] =>
      object && mark && !here.has(id)
        ? [{ id, uid, studyUid, object, mark, own: !this.#strangers.has(id) }]
        : [],
    );
  }

  /** A report as it is without what is on the page no more. */
  rest({ studyUid, object }: Pick<Removed, 'studyUid' | 'object'>): Change {
    const left = this.#book.list().filter(({ id }) => this.#entries.get(id)?.object === object);
    return this.#change(studyUid, object, left);
  }

  /** Put removed marks on the page again, as ones that a report has to keep; empty where none does. */
  bringBack(removed: Removed[], object: string): void {
    const here = new Set(this.#book.list().map(({ id }) => this.#entries.get(id)?.uid));
    for (const { uid, studyUid, mark } of removed.filter((one) => !here.has(one.uid))) {
      const [made] = this.#book.bring([mark]);
      if (made) this.#entries.set(made.id, { ...NEW, uid, studyUid, object, mark: made });
    }
  }

  /** Marks of others that are not to be brought to the page from now on; those on it go from it. */
  hide(uids: ReadonlySet<string>): void {
    this.#hidden = uids;
    this.#forget(({ uid }) => uids.has(uid));
  }

  /** Take a report off the page; the next time that reports are told of, it comes again. */
  forget(object: string): void {
    this.#known.delete(object);
    this.#forget((entry) => entry.object === object);
  }

  #forget(which: (entry: Entry) => boolean): void {
    const ids = [...this.#entries].filter(([, entry]) => which(entry)).map(([id]) => id);
    for (const id of ids) this.#entries.delete(id);
    this.#book.drop(new Set(ids));
  }

  /** A change was kept, in a report of this UID; the marks as they were when it was sent. */
  done({ studyUid, object, ids }: Change, saved: string, before: Mark[]): void {
    const sent = new Set(ids);
    for (const [id, entry] of this.#entries)
      if (object && entry.object === object && !sent.has(id)) this.#entries.set(id, { ...entry, ...UNKEPT }); // brought back by undo, it is to be kept anew
    for (const mark of before.filter(({ id }) => sent.has(id))) {
      const entry = this.#entries.get(mark.id) ?? this.#begun(mark);
      const origin = entry.kept === said(mark) ? entry.origin : null;
      this.#entries.set(mark.id, { ...entry, object: saved, kept: said(mark), origin, mark });
    }
    const others = this.#others.get(object);
    if (others && saved) this.#others.set(saved, others);
    if (saved) this.#known.set(saved, studyUid);
  }

  /** What this browser has to remember of a study until it is kept. */
  left(studyUid: string): Left[] {
    return this.unsaved()
      .filter((mark) => mark.studyUid === studyUid)
      .map(({ id, ...mark }) => {
        const { uid = newUid(), object = '', values = [] } = this.#entries.get(id) ?? {};
        return { mark, uid, object, values };
      });
  }
}
