import type { Measurements, NewMark, Value } from '@/api/marks';
import type { MarkBook } from '../measure/book';
import type { Mark } from '../measure/mark';
import { drawnMark, sentMark } from './concepts';

/** What is kept of a mark, or will be. */
interface Entry {
  uid: string;
  studyUid: string;
  /** The report that keeps it; empty while none does. */
  object: string;
  /** What that report says of it. */
  kept: string;
  values: Value[];
  valuesOf: string;
}

/** One thing to be sent: marks in a report of their own, a report anew, or one less. */
export interface Change {
  studyUid: string;
  /** The report that it is about; empty for new marks. */
  object: string;
  ids: string[];
  /** None takes the report back. */
  marks: NewMark[];
}

/** A mark that is not kept yet, as this browser remembers it. */
export interface Left {
  mark: Omit<Mark, 'id'>;
  uid: string;
  object: string;
  values: Value[];
}

const said = ({ kind, points, text }: Pick<Mark, 'kind' | 'points' | 'text'>): string =>
  JSON.stringify([kind, points, text]);

/** A fresh UID under the UUID root (PS3.5 B.2). */
export function newUid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `2.25.${bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)}`;
}

/** Which marks of the page are kept in which report, and what has to be sent so that all are. */
export class Ledger {
  readonly #book: MarkBook;
  readonly #entries = new Map<string, Entry>();
  /** What is not drawn here of a report, and goes along when it is sent anew. */
  readonly #others = new Map<string, NewMark[]>();
  readonly #known = new Set<string>();
  /** Marks of somebody else's: they may be put out of sight here, and are kept all the same. */
  readonly #strangers = new Set<string>();
  readonly #restored = new Set<string>();

  constructor(book: MarkBook) {
    this.#book = book;
  }

  /** Take over what reports of a study say; marks of reports that are not there any more go. */
  take(studyUid: string, documents: Measurements[]): void {
    const there = new Set(documents.map(({ object }) => object));
    const gone = [...this.#entries].filter(
      ([, { studyUid: study, object }]) => study === studyUid && object && !there.has(object),
    );
    for (const [id] of gone) this.#entries.delete(id);
    this.#book.drop(new Set(gone.map(([id]) => id)));
    for (const document of documents) if (!this.#known.has(document.object)) this.#bring(studyUid, document);
  }

  #bring(studyUid: string, { object, mine, marks = [] }: Measurements): void {
    this.#known.add(object);
    const drawn = marks.map((kept) => ({ kept, shape: drawnMark(kept) }));
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
        this.#entries.set(mark.id, { uid: kept.uid, studyUid, object, kept: now, values, valuesOf: now });
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
      if (known) this.#book.change(known[0], { points: mark.points, text: mark.text });
      else if (!object) {
        const [made] = this.#book.bring([{ ...mark, own: true }]);
        if (made)
          this.#entries.set(made.id, { uid, studyUid, object: '', kept: '', values, valuesOf: said(made) });
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
      if (!mark.own) continue;
      const now = said(mark);
      const entry = this.#entries.get(mark.id) ?? this.#begun(mark);
      if (entry.valuesOf === now) continue;
      const values = measure(mark);
      if (values) this.#entries.set(mark.id, { ...entry, values, valuesOf: now });
    }
  }

  #begun({ id, studyUid }: Mark): Entry {
    const entry = { uid: newUid(), studyUid, object: '', kept: '', values: [], valuesOf: '' };
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
      const { uid = newUid(), values = [] } = this.#entries.get(mark.id) ?? {};
      return sentMark(mark, uid, values);
    });
    const others = this.#others.get(object) ?? [];
    return { studyUid, object, ids: marks.map(({ id }) => id), marks: [...sent, ...others] };
  }

  /** A change was kept, in a report of this UID; the marks as they were when it was sent. */
  done({ object, ids }: Change, saved: string, before: Mark[]): void {
    const sent = new Set(ids);
    for (const [id, entry] of this.#entries)
      if (object && entry.object === object && !sent.has(id)) this.#entries.delete(id);
    for (const mark of before.filter(({ id }) => sent.has(id))) {
      const entry = this.#entries.get(mark.id) ?? this.#begun(mark);
      this.#entries.set(mark.id, { ...entry, object: saved, kept: said(mark) });
    }
    const others = this.#others.get(object);
    if (others && saved) this.#others.set(saved, others);
    if (saved) this.#known.add(saved);
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
