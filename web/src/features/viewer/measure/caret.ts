import type { CanvasPoint } from '../engine/view';

/** What a pane lets the caret do. */
export interface CaretPane {
  /** Width and height in CSS pixels. */
  size: () => [number, number];
  /** CSS pixels from one pixel of the image to the next. */
  pixel: () => number;
  /** Where an open mark goes along with the caret. */
  hover: (at: CanvasPoint) => void;
  /** Set a point; the words that say what came of it. */
  set: (at: CanvasPoint) => string;
  /** Words for a place. */
  placeWords: (at: CanvasPoint) => string;
  drop: () => boolean;
}

export interface CaretState {
  /** The pane that it is in, and where; null while nobody draws by keys. */
  on: { pane: number; at: CanvasPoint } | null;
  /** What a screen reader is to say. */
  said: string;
}

const FAR = 10;

/** A crosshair that keys move, to draw without a mouse. One of the page. */
export class Caret {
  #state: CaretState = { on: null, said: '' };
  readonly #panes = new Map<number, CaretPane>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): CaretState => this.#state;

  /** A pane that can be drawn in; gives the function that takes it back. */
  register(pane: number, one: CaretPane): () => void {
    this.#panes.set(pane, one);
    return () => {
      if (this.#panes.get(pane) !== one) return;
      this.#panes.delete(pane);
      if (this.#state.on?.pane === pane) this.#set({ on: null, said: '' });
    };
  }

  say(words: string): void {
    this.#set({ ...this.#state, said: words });
  }

  /** Begin in the middle of a pane, or set a point where the caret is. */
  enter(pane: number, words: string): boolean {
    const one = this.#panes.get(pane);
    if (!one) return false;
    const { on } = this.#state;
    if (on?.pane === pane) {
      this.say(one.set(on.at));
      return true;
    }
    this.leave();
    const [width, height] = one.size();
    this.#set({
      on: { pane, at: [width / 2, height / 2] },
      said: `${words}. Arrows move the crosshair, with Shift ten times as far. Enter sets a point, Escape ends.`,
    });
    return true;
  }

  /** Move by so many pixels of the image; false while the caret is off. */
  move([x, y]: [number, number], far: boolean): boolean {
    const { on } = this.#state;
    const one = on && this.#panes.get(on.pane);
    if (!one) return false;
    const step = Math.max(1, one.pixel()) * (far ? FAR : 1);
    const [width, height] = one.size();
    const at: CanvasPoint = [
      Math.min(width, Math.max(0, on.at[0] + x * step)),
      Math.min(height, Math.max(0, on.at[1] + y * step)),
    ];
    one.hover(at);
    this.#set({ on: { ...on, at }, said: one.placeWords(at) });
    return true;
  }

  /** Give up what is being drawn, else the caret; false when there is neither. */
  leave(): boolean {
    const { on } = this.#state;
    const one = on && this.#panes.get(on.pane);
    if (!one) return false;
    if (one.drop()) this.say('The mark was given up.');
    else this.#set({ on: null, said: 'Drawing by keys has ended.' });
    return true;
  }

  /** Another tool was taken that leaves nothing on the image. */
  end(): void {
    if (this.#state.on) this.#set({ on: null, said: '' });
  }

  #set(state: CaretState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
