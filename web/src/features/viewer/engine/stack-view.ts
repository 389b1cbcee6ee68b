import { Enums, RenderingEngine, type Types } from '@cornerstonejs/core';
import { ToolGroupManager } from '@cornerstonejs/tools';
import { toRange, toWindow, type WindowPreset } from '../presets';
import { directions, type Directions } from './directions';
import { Player } from './player';
import { prefetch } from './prefetch';
import { activate, fillToolGroup, type ToolName } from './toolbox';

/** What the page shows around the picture. */
export interface StackState {
  index: number;
  count: number;
  window: { center: number; width: number } | null;
  zoom: number;
  inverted: boolean;
  playing: boolean;
  loaded: number;
  directions: Directions | null;
  /** True until the first picture is drawn. */
  waiting: boolean;
  error: string | null;
}

export const NO_STACK: StackState = {
  index: 0,
  count: 0,
  window: null,
  zoom: 1,
  inverted: false,
  playing: false,
  loaded: 0,
  directions: null,
  waiting: true,
  error: null,
};

const VIEWPORT = 'stack';
let nextId = 1;

/** One stack of images in one element: the only place that speaks to the image engine. */
export class StackView {
  #state: StackState = NO_STACK;
  #stopPrefetch: () => void = () => undefined;
  #initial: Types.VOIRange | undefined;
  #gone = false;
  #wishes: (() => void)[] = [];
  #wishedIndex: number | null = null;
  readonly #id = `sixfold-${nextId++}`;
  readonly #engine: RenderingEngine;
  readonly #viewport: Types.IStackViewport;
  readonly #resize: ResizeObserver;
  readonly #player = new Player(() => {
    this.scrollTo((this.#state.index + 1) % Math.max(1, this.#state.count));
  });

  constructor(
    private readonly element: HTMLDivElement,
    private readonly onState: (state: StackState) => void,
  ) {
    element.addEventListener('keydown', keepFromEngine, { capture: true });
    this.#engine = new RenderingEngine(this.#id);
    this.#engine.enableElement({
      viewportId: VIEWPORT,
      type: Enums.ViewportType.STACK,
      element,
      defaultOptions: { background: [0, 0, 0] },
    });
    this.#viewport = this.#engine.getViewport(VIEWPORT) as Types.IStackViewport;
    fillToolGroup(this.#id, VIEWPORT);
    for (const event of [
      Enums.Events.STACK_NEW_IMAGE,
      Enums.Events.VOI_MODIFIED,
      Enums.Events.CAMERA_MODIFIED,
    ]) {
      element.addEventListener(event, this.#read);
    }
    this.#resize = new ResizeObserver(() => {
      this.#engine.resize(true, true);
    });
    this.#resize.observe(element);
  }

  /** Show a stack from its middle or from a given place. */
  async show(imageIds: string[], start = Math.floor(imageIds.length / 2)): Promise<void> {
    this.stop();
    this.#stopPrefetch();
    this.#wishes = [];
    this.#wishedIndex = null;
    this.#emit({ ...NO_STACK, count: imageIds.length, index: start });
    try {
      await this.#viewport.setStack(imageIds, start);
    } catch (error) {
      this.#emit({ waiting: false, error: reasonOf(error) });
      return;
    }
    if (this.#gone) return; // the reader went on while the first image was loading
    this.#initial = this.#viewport.getProperties().voiRange;
    this.#viewport.render();
    this.#emit({ waiting: false });
    this.#read();
    if (this.#wishedIndex !== null) this.scrollTo(this.#wishedIndex);
    for (const wish of this.#wishes.splice(0)) wish();
    this.#stopPrefetch = prefetch(imageIds, start, (loaded) => {
      this.#emit({ loaded });
    });
  }

  scrollTo(index: number): void {
    const target = Math.min(this.#state.count - 1, Math.max(0, index));
    if (target === this.#state.index || this.#state.count === 0) return;
    this.#emit({ index: target });
    if (this.#state.waiting) {
      // The engine forgets its first picture when it is sent on before that has come, and with it all that waits for it.
      this.#wishedIndex = target;
      return;
    }
    this.#viewport.setImageIdIndex(target).catch((error: unknown) => {
      this.#emit({ error: reasonOf(error) });
    });
  }

  scrollBy(step: number): void {
    this.scrollTo(this.#state.index + step);
  }

  setWindow(preset: Pick<WindowPreset, 'center' | 'width'>): void {
    this.#change(() => {
      this.#viewport.setProperties({ voiRange: toRange(preset) });
    });
  }

  invert(): void {
    this.#change(() => {
      this.#viewport.setProperties({ invert: !this.#viewport.getProperties().invert });
    });
  }

  /** Turn by a quarter, clockwise. */
  rotate(): void {
    this.#change(() => {
      const { rotation = 0 } = this.#viewport.getViewPresentation();
      this.#viewport.setViewPresentation({ rotation: (rotation + 90) % 360 });
    });
  }

  flip(): void {
    this.#change(() => {
      const { flipHorizontal = false } = this.#viewport.getCamera();
      this.#viewport.setCamera({ flipHorizontal: !flipHorizontal });
    });
  }

  zoomBy(factor: number): void {
    this.#change(() => {
      this.#viewport.setZoom(this.#viewport.getZoom() * factor);
    });
  }

  reset(): void {
    this.#change(() => {
      this.#viewport.setCamera({ flipHorizontal: false, flipVertical: false });
      this.#viewport.resetCamera();
      this.#viewport.resetProperties();
      if (this.#initial) this.#viewport.setProperties({ voiRange: this.#initial, invert: false });
    });
  }

  useTool(name: ToolName): void {
    activate(this.#id, name);
  }

  play(fps: number): void {
    this.#player.play(fps);
    this.#emit({ playing: true });
  }

  stop(): void {
    this.#player.stop();
    this.#emit({ playing: false });
  }

  destroy(): void {
    this.#gone = true;
    this.#player.stop();
    this.#stopPrefetch();
    this.#resize.disconnect();
    ToolGroupManager.destroyToolGroup(this.#id);
    this.#engine.destroy();
    this.element.removeEventListener('keydown', keepFromEngine, { capture: true });
    this.element.replaceChildren();
  }

  /** Change the picture; before the first one is drawn it is kept, or a reader's early key would be lost. */
  #change(make: () => void): void {
    if (this.#state.waiting && this.#state.count > 0) {
      this.#wishes.push(() => {
        this.#change(make);
      });
      return;
    }
    make();
    this.#viewport.render();
    this.#read();
  }

  readonly #read = (): void => {
    const { voiRange, invert = false } = this.#viewport.getProperties();
    this.#emit({
      index: this.#viewport.getTargetImageIdIndex(),
      window: voiRange ? toWindow(voiRange) : null,
      zoom: this.#viewport.getZoom(),
      inverted: invert,
      directions: directions(this.#viewport.getCamera()),
      error: null,
    });
  };

  #emit(change: Partial<StackState>): void {
    if (this.#gone) return;
    this.#state = { ...this.#state, ...change };
    this.onState(this.#state);
  }
}

/** The engine prevents the default of all keys, which would also hold the focus captive on Tab. */
function keepFromEngine(event: Event): void {
  event.stopImmediatePropagation();
}

/** Words for a picture that cannot be shown; the loader rejects with a request, an Error or an object around one. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Object && 'error' in error ? error.error : error;
  const status = inner instanceof Object && 'status' in inner ? Number(inner.status) : null;
  if (status === 0) return 'The server could not be reached.';
  if (status !== null && Number.isFinite(status)) return `The server answered ${status} for this image.`;
  return inner instanceof Error ? inner.message : 'This image could not be decoded.';
}
