import { useSyncExternalStore } from 'react';
import type { PresentationState } from '@/api/marks';
import { useReading } from '../reading';
import type { MarkBook } from '../measure/book';
import { Ledger } from './ledger';

/** How a segmentation is shown; `masks` is null while it comes. */
export interface ShownSegments {
  masks: Uint8Array | null;
  hidden: ReadonlySet<number>;
  error: string | null;
}

/** What this room adds to the page: what of it is shown. A new value for each change. */
export interface DeskState {
  segments: ReadonlyMap<string, ShownSegments>;
  opacity: number;
  /** The presentation that was applied last: its words and lines stand over the images. */
  state: PresentationState | null;
  keyOnly: boolean;
  saving: boolean;
  trouble: string | null;
}

const OPACITY = 0.45;
const AT_FIRST: DeskState = {
  segments: new Map(),
  opacity: OPACITY,
  state: null,
  keyOnly: false,
  saving: false,
  trouble: null,
};

/** One for each page of images. */
export class Desk {
  readonly ledger: Ledger;
  /** Width and height of the panes, in CSS pixels. */
  readonly sizes = new Map<number, [width: number, height: number]>();
  #state = AT_FIRST;
  readonly #listeners = new Set<() => void>();

  constructor(book: MarkBook) {
    this.ledger = new Ledger(book);
  }

  /** Ids of marks whose deletion is on its way. */
  readonly removing = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();

  /** One after the other: what is sent of marks follows from what was sent before. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act, act);
    this.#turn = done;
    return done;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): DeskState => this.#state;

  set(change: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  /** Change how a segmentation is shown; null shows it no more. */
  show(object: string, change: Partial<ShownSegments> | null): void {
    const segments = new Map(this.#state.segments);
    const now = segments.get(object) ?? { masks: null, hidden: new Set<number>(), error: null };
    if (change) segments.set(object, { ...now, ...change });
    else segments.delete(object);
    this.set({ segments });
  }
}

const desks = new WeakMap<MarkBook, Desk>();

export function useDesk(): Desk {
  const { marks } = useReading();
  let desk = desks.get(marks);
  if (!desk) desks.set(marks, (desk = new Desk(marks)));
  return desk;
}

export function useDeskState(): DeskState {
  const desk = useDesk();
  return useSyncExternalStore(desk.subscribe, desk.get);
}
