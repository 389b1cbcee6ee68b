import { Enums, type RenderingEngine, type Types } from '@cornerstonejs/core';
import { toRange, toWindow, type WindowPreset } from '../presets';
import { directions } from './directions';
import { Player } from './player';
import { NO_VIEW, type CanvasPoint, type PatientPoint, type Presentation, type ViewState } from './view';

/** What stacks and planes have in common of the engine's viewports. */
type Viewport = Types.IStackViewport | Types.IVolumeViewport;

let nextId = 1;
const EVENTS = [
  Enums.Events.STACK_NEW_IMAGE,
  Enums.Events.VOLUME_NEW_IMAGE,
  Enums.Events.VOI_MODIFIED,
  Enums.Events.CAMERA_MODIFIED,
];
/** Milliseconds that a picture may take to be drawn before others go on without it. */
const DRAWN_WITHIN = 2000;
const SMALLEST_ZOOM = 0.1;
const LARGEST_ZOOM = 40;

/** One viewport of the engine in one element: window, zoom, pan, state and its listeners. */
export abstract class BaseView<V extends Viewport> {
  protected readonly viewport: V;
  protected gone = false;
  readonly #id = `pane-${nextId++}`;
  readonly #listeners = new Set<() => void>();
  readonly #resize: ResizeObserver;
  readonly #player = new Player(() => {
    this.scrollTo((this.state.index + 1) % Math.max(1, this.state.count));
  });
  #state: ViewState = NO_VIEW;
  #wishes: (() => void)[] = [];

  constructor(
    protected readonly engine: RenderingEngine,
    protected readonly element: HTMLDivElement,
    type: Enums.ViewportType,
  ) {
    engine.enableElement({
      viewportId: this.#id,
      type,
      element,
      defaultOptions: { background: [0, 0, 0] },
    });
    this.viewport = engine.getViewport(this.#id) as V;
    for (const event of EVENTS) element.addEventListener(event, this.#read);
    this.#resize = new ResizeObserver(() => {
      if (element.clientWidth === 0 || element.clientHeight === 0) return; // hidden behind a pane that stands alone
      engine.resize(true, true);
      this.#read();
    });
    this.#resize.observe(element);
  }

  abstract scrollTo(index: number): void;
  protected abstract position(): Partial<ViewState>;

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

  setWindow(preset: Pick<WindowPreset, 'center' | 'width'>): void {
    this.change(() => {
      this.viewport.setProperties({ voiRange: toRange(preset) });
    });
  }

  invert(): void {
    this.change(() => {
      this.viewport.setProperties({ invert: !this.viewport.getProperties()?.invert });
    });
  }

  zoomBy(factor: number, about?: CanvasPoint): void {
    this.change(() => {
      const zoom = this.viewport.getZoom();
      const wanted = Math.min(LARGEST_ZOOM, Math.max(SMALLEST_ZOOM, zoom * factor));
      const held = about && this.viewport.canvasToWorld(about);
      this.viewport.setZoom(wanted);
      if (held) this.#shift(this.viewport.canvasToWorld(about), held);
    });
  }

  panBy([x, y]: CanvasPoint): void {
    this.change(() => {
      this.#shift(this.viewport.canvasToWorld([x, y]), this.viewport.canvasToWorld([0, 0]));
    });
  }

  play(fps: number): void {
    this.#player.play(fps);
    this.emit({ playing: true });
  }

  stop(): void {
    this.#player.stop();
    this.emit({ playing: false });
  }

  presentation(): Presentation {
    const { rotation = 0, flipHorizontal = false } = this.viewport.getViewPresentation();
    const zoom = this.viewport.getZoom();
    const [x, y] = this.viewport.getPan();
    return {
      window: this.state.window,
      inverted: this.state.inverted,
      zoom,
      pan: [x / zoom, y / zoom],
      rotation: Math.round(rotation) % 360,
      flipped: flipHorizontal,
    };
  }

  present({ window, inverted, zoom, pan, rotation, flipped }: Partial<Presentation>): void {
    this.change(() => {
      if (window) this.viewport.setProperties({ voiRange: toRange(window) });
      if (inverted !== undefined) this.viewport.setProperties({ invert: inverted });
      if (flipped !== undefined) this.viewport.setCamera({ flipHorizontal: flipped });
      if (rotation !== undefined) this.viewport.setViewPresentation({ rotation });
      if (zoom !== undefined) this.viewport.setZoom(zoom);
      const now = this.viewport.getZoom();
      if (pan) this.viewport.setPan([pan[0] * now, pan[1] * now]);
    });
  }

  destroy(): void {
    this.gone = true;
    this.#player.stop();
    this.#resize.disconnect();
    this.#listeners.clear();
    for (const event of EVENTS) this.element.removeEventListener(event, this.#read);
    this.engine.disableElement(this.#id);
    this.element.replaceChildren();
  }

  /** Change the picture; before the first one is drawn it is kept, or a reader's early key would be lost. */
  protected change(make: () => void): void {
    if (this.gone) return;
    if (this.state.waiting) {
      if (this.state.count > 0) this.#wishes.push(make);
      return;
    }
    make();
    this.viewport.render();
    this.#read();
  }

  /** Start over with another series. */
  protected begin(change: Partial<ViewState>): void {
    this.stop();
    this.#wishes = [];
    this.emit({ ...NO_VIEW, ...change });
  }

  /** When the next picture is on the screen, or should have been. */
  protected drawn(): Promise<void> {
    return new Promise((done) => {
      this.element.addEventListener(
        Enums.Events.IMAGE_RENDERED,
        () => {
          done();
        },
        { once: true },
      );
      setTimeout(done, DRAWN_WITHIN);
    });
  }

  /** The first picture is there: show it, and what has been wished for since. */
  protected arrived(): void {
    this.viewport.render();
    this.emit({ waiting: false });
    this.#read();
    for (const wish of this.#wishes.splice(0)) this.change(wish);
  }

  protected emit(change: Partial<ViewState>): void {
    if (this.gone) return;
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  readonly #read = (): void => {
    if (this.gone || this.#state.waiting) return;
    const { voiRange, invert = false } = this.viewport.getProperties() ?? {};
    this.emit({
      ...this.position(),
      window: voiRange ? toWindow(voiRange) : null,
      zoom: this.viewport.getZoom(),
      inverted: invert,
      directions: directions(this.viewport.getCamera()),
      error: null,
      drawn: this.#state.drawn + 1,
    });
  };

  /** Move the camera so that what stood at `from` stands where `to` stood. */
  #shift(from: Types.Point3, to: Types.Point3): void {
    const { focalPoint, position } = this.viewport.getCamera();
    if (!focalPoint || !position) return;
    const move = (point: Types.Point3): PatientPoint => [
      point[0] + to[0] - from[0],
      point[1] + to[1] - from[1],
      point[2] + to[2] - from[2],
    ];
    this.viewport.setCamera({ focalPoint: move(focalPoint), position: move(position) });
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
