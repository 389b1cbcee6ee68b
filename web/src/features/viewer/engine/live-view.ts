import { Player } from './player';
import { NO_VIEW, type ViewState } from './view';

/** What every view has: its state and who is told of it, cine, and what is wished for before the first picture is there. */
export abstract class LiveView {
  protected gone = false;
  readonly #listeners = new Set<() => void>();
  readonly #player = new Player(() => {
    this.scrollTo((this.state.index + 1) % Math.max(1, this.state.count));
  });
  #state: ViewState = NO_VIEW;
  #wishes: (() => void)[] = [];

  abstract scrollTo(index: number): void;
  /** Draw again, and tell the new state. */
  protected abstract refresh(): void;

  get state(): ViewState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  scrollBy(step: number): void {
    this.scrollTo(this.state.index + step);
  }

  play(fps: number): void {
    this.#player.play(fps);
    this.emit({ playing: true });
  }

  stop(): void {
    this.#player.stop();
    this.emit({ playing: false });
  }

  destroy(): void {
    this.gone = true;
    this.#player.stop();
    this.#listeners.clear();
  }

  /** Change the picture; before the first one is drawn it is kept, or a reader's early key would be lost. */
  protected change(make: () => void): void {
    if (this.gone) return;
    if (this.state.waiting) {
      if (this.state.count > 0) this.#wishes.push(make);
      return;
    }
    make();
    this.refresh();
  }

  /** Start over with another series. */
  protected begin(change: Partial<ViewState>): void {
    this.stop();
    this.#wishes = [];
    this.emit({ ...NO_VIEW, ...change });
  }

  /** The first picture is there: show it, and what has been wished for since. */
  protected arrived(): void {
    this.emit({ waiting: false });
    this.refresh();
    for (const wish of this.#wishes.splice(0)) this.change(wish);
  }

  protected emit(change: Partial<ViewState>): void {
    if (this.gone) return;
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Words for a picture that cannot be shown; the loader rejects with a request, an Error or an object around one. */
export function reasonOf(error: unknown): string {
  const inner = error instanceof Object && 'error' in error ? error.error : error;
  const status = inner instanceof Object && 'status' in inner ? Number(inner.status) : null;
  if (status === 0) return 'The server could not be reached.';
  if (status !== null && Number.isFinite(status)) return `The server answered ${status} for this image.`;
  return inner instanceof Error ? inner.message : 'This image could not be decoded.';
}
