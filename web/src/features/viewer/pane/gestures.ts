import type { CanvasPoint } from '../engine/view';

/** What follows a press until the finger or button comes up. */
export interface Drag {
  move: (at: CanvasPoint, step: CanvasPoint, event: PointerEvent) => void;
  /** `moved` is false for a mere tap. */
  end?: (at: CanvasPoint, moved: boolean) => void;
  /** A second finger came, or the browser took over. */
  cancel?: () => void;
}

export interface Gestures {
  /** A press with a mouse button (0, 1, 2), a pen or one finger. */
  press: (at: CanvasPoint, button: number, event: PointerEvent) => Drag | null;
  /** Two fingers: how much wider they are than before, and how far their middle went. */
  pinch: (middle: CanvasPoint, factor: number, step: CanvasPoint) => void;
  wheel: (at: CanvasPoint, steps: number, zoom: boolean) => void;
  /** A finger rests on the picture, or the menu key was pressed. */
  hold: (at: CanvasPoint) => void;
  double: (at: CanvasPoint) => void;
  /** The pointer is over the picture with no button down; null when it left. */
  hover: (at: CanvasPoint | null) => void;
}

const HOLD_MS = 500;
const DOUBLE_MS = 320;
/** A finger that stays within this many pixels has not moved. */
const STILL = 6;

const distance = (a: CanvasPoint, b: CanvasPoint): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
const middle = (a: CanvasPoint, b: CanvasPoint): CanvasPoint => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
const step = (from: CanvasPoint, to: CanvasPoint): CanvasPoint => [to[0] - from[0], to[1] - from[1]];

/** Reads mouse, pen and fingers on one element; gives the function that stops it. */
export function listen(element: HTMLElement, gestures: () => Gestures): () => void {
  const hands = new Hands(element, gestures);
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(
    name: K,
    handle: (event: HTMLElementEventMap[K]) => void,
  ): void => {
    element.addEventListener(name, handle, { signal: stop.signal, passive: false });
  };
  on('pointerdown', hands.down);
  on('pointermove', hands.move);
  on('pointerup', hands.up);
  on('pointercancel', hands.lost);
  on('pointerleave', () => {
    gestures().hover(null);
  });
  on('wheel', hands.wheel);
  on('contextmenu', (event) => {
    event.preventDefault();
  });
  return () => {
    hands.lost();
    stop.abort();
  };
}

class Hands {
  readonly #fingers = new Map<number, CanvasPoint>();
  #drag: Drag | null = null;
  #start: CanvasPoint = [0, 0];
  #moved = false;
  #hold = 0;
  /** Counts presses, so that a rest that ended is not taken for that of the next one. */
  #press = 0;
  #tapped = { at: -Infinity, where: [0, 0] as CanvasPoint };
  #wheel = 0;

  constructor(
    private readonly element: HTMLElement,
    private readonly gestures: () => Gestures,
  ) {}

  readonly down = (event: PointerEvent): void => {
    const at = this.#at(event);
    if (event.pointerType !== 'touch' && this.#fingers.size > 0) return; // a second button of the same press
    this.#fingers.set(event.pointerId, at);
    try {
      this.element.setPointerCapture(event.pointerId);
    } catch {
      // The finger is up already.
    }
    if (this.#fingers.size > 1) {
      this.#release();
      return;
    }
    [this.#start, this.#moved] = [at, false];
    const press = ++this.#press;
    if (event.button === 1) event.preventDefault(); // no automatic scrolling
    this.#drag = this.gestures().press(at, event.button, event);
    if (event.pointerType === 'touch') {
      this.#hold = window.setTimeout(() => {
        // On a slow device the finger may have moved without our knowing: its steps are told before the next frame.
        requestAnimationFrame(() => {
          if (this.#fingers.size !== 1 || this.#moved || press !== this.#press) return;
          this.#release();
          this.gestures().hold(at);
        });
      }, HOLD_MS);
    }
  };

  readonly move = (event: PointerEvent): void => {
    const at = this.#at(event);
    const before = this.#fingers.get(event.pointerId);
    if (!before) {
      this.gestures().hover(at);
      return;
    }
    if (this.#fingers.size === 2) this.#pinch(event.pointerId, before, at);
    this.#fingers.set(event.pointerId, at);
    if (this.#fingers.size > 1) return;
    if (!this.#moved && distance(at, this.#start) < STILL) {
      this.#fingers.set(event.pointerId, before); // the first step counts from where it began
      return;
    }
    this.#moved = true;
    clearTimeout(this.#hold);
    this.#drag?.move(at, step(before, at), event);
  };

  readonly up = (event: PointerEvent): void => {
    const at = this.#at(event);
    if (!this.#fingers.delete(event.pointerId)) return;
    clearTimeout(this.#hold);
    const drag = this.#drag;
    this.#drag = null;
    drag?.end?.(at, this.#moved);
    if (this.#moved || event.button !== 0) return;
    const again = event.timeStamp - this.#tapped.at < DOUBLE_MS && distance(at, this.#tapped.where) < 24;
    this.#tapped = { at: again ? -Infinity : event.timeStamp, where: at };
    if (again) this.gestures().double(at);
  };

  readonly lost = (): void => {
    this.#fingers.clear();
    this.#release();
  };

  readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / 100 : event.deltaY / 3;
    if (Math.sign(lines) !== Math.sign(this.#wheel)) this.#wheel = 0;
    this.#wheel += lines;
    // A notch is one image; fine wheels and touchpads gather until they have made one.
    const steps =
      Math.abs(lines) >= 0.5
        ? Math.sign(lines) * Math.max(1, Math.round(Math.abs(lines)))
        : Math.trunc(this.#wheel);
    if (steps === 0) return;
    this.#wheel = 0;
    this.gestures().wheel(this.#at(event), steps, event.ctrlKey || event.metaKey);
  };

  #pinch(id: number, before: CanvasPoint, at: CanvasPoint): void {
    const other = [...this.#fingers].find(([finger]) => finger !== id)?.[1];
    if (!other) return;
    const factor = distance(at, other) / Math.max(1, distance(before, other));
    this.gestures().pinch(middle(at, other), factor, step(middle(before, other), middle(at, other)));
  }

  #release(): void {
    clearTimeout(this.#hold);
    this.#drag?.cancel?.();
    this.#drag = null;
    this.#moved = true;
  }

  #at(event: MouseEvent): CanvasPoint {
    const { left, top } = this.element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }
}
