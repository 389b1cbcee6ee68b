import type { Mark, MarkPlace } from './mark';

const MOST_STEPS = 200;
let nextId = 1;

/** All marks of the page, in the order they were made; every change can be undone. */
export class MarkBook {
  #marks: readonly Mark[] = [];
  #chosen: string | null = null;
  #done: (readonly Mark[])[] = [];
  #undone: (readonly Mark[])[] = [];
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** All marks; the same list until something changes. */
  readonly list = (): readonly Mark[] => this.#marks;

  /** The mark that keys and the list speak of. */
  readonly chosen = (): string | null => this.#chosen;

  on({ sopUid, frame }: Pick<MarkPlace, 'sopUid' | 'frame'>): Mark[] {
    return this.#marks.filter((mark) => !mark.space && mark.sopUid === sopUid && mark.frame === frame);
  }

  /** Add a mark and choose it; gives it its id. */
  add(mark: Omit<Mark, 'id'>): Mark {
    const made = { ...mark, id: `mark-${nextId++}` };
    this.#chosen = made.id;
    this.#write([...this.#marks, made]);
    return made;
  }

  /** Add several at once, as one step to undo: what a stored object brings. */
  addAll(marks: Omit<Mark, 'id'>[]): Mark[] {
    const made = marks.map((mark) => ({ ...mark, id: `mark-${nextId++}` }));
    if (made.length > 0) this.#write([...this.#marks, ...made]);
    return made;
  }

  /** Add what is no step of the reader's, and so cannot be undone: what is kept already, or was left over. */
  bring(marks: Omit<Mark, 'id'>[]): Mark[] {
    const made = marks.map((mark) => ({ ...mark, id: `mark-${nextId++}` }));
    if (made.length > 0) this.#everywhere((list) => [...list, ...made]);
    return made;
  }

  /** Take away what is not kept any more; no step to undo either. */
  drop(ids: ReadonlySet<string>): void {
    if (ids.size > 0) this.#everywhere((list) => list.filter(({ id }) => !ids.has(id)));
  }

  #everywhere(turn: (marks: readonly Mark[]) => readonly Mark[]): void {
    this.#marks = turn(this.#marks);
    this.#done = this.#done.map(turn);
    this.#undone = this.#undone.map(turn);
    this.#tell();
  }

  change(id: string, change: Partial<Pick<Mark, 'points' | 'text' | 'space'>>): void {
    if (!this.#marks.some((mark) => mark.id === id && mark.own)) return;
    this.#write(this.#marks.map((mark) => (mark.id === id ? { ...mark, ...change } : mark)));
  }

  remove(id: string): void {
    if (!this.#marks.some((mark) => mark.id === id)) return;
    if (this.#chosen === id) this.#chosen = null;
    this.#write(this.#marks.filter((mark) => mark.id !== id));
  }

  choose(id: string | null): void {
    if (id === this.#chosen) return;
    this.#chosen = id;
    this.#tell();
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  undo(): void {
    this.#turn(this.#done, this.#undone);
  }

  redo(): void {
    this.#turn(this.#undone, this.#done);
  }

  #turn(from: (readonly Mark[])[], to: (readonly Mark[])[]): void {
    const marks = from.pop();
    if (!marks) return;
    to.push(this.#marks);
    this.#marks = marks;
    this.#tell();
  }

  #write(marks: readonly Mark[]): void {
    this.#done.push(this.#marks);
    if (this.#done.length > MOST_STEPS) this.#done.shift();
    this.#undone = [];
    this.#marks = marks;
    this.#tell();
  }

  #tell(): void {
    if (!this.#marks.some(({ id }) => id === this.#chosen)) this.#chosen = null;
    for (const listener of this.#listeners) listener();
  }
}
