import { Enums, type RenderingEngine, type Types } from '@cornerstonejs/core';
import { renderingEngine } from './boot';
import { toRange, toWindow, type WindowPreset } from '../../presets';
import { directions } from '../directions';
import { LiveView } from '../live-view';
import { zoomed } from '../placement';
import type { CanvasPoint, PatientPoint, Presentation, ViewState } from '../view';

let nextId = 1;
const EVENTS = [
  Enums.Events.STACK_NEW_IMAGE,
  Enums.Events.VOLUME_NEW_IMAGE,
  Enums.Events.VOI_MODIFIED,
  Enums.Events.CAMERA_MODIFIED,
];

/** One viewport of the image engine in one element: window, zoom, pan. */
export abstract class EngineView extends LiveView {
  protected readonly viewport: Types.IVolumeViewport;
  readonly #id = `pane-${nextId++}`;
  readonly #resize: ResizeObserver;

  constructor(
    protected readonly element: HTMLDivElement,
    type: Enums.ViewportType,
    private readonly engine: RenderingEngine = renderingEngine(),
  ) {
    super();
    engine.enableElement({
      viewportId: this.#id,
      type,
      element,
      defaultOptions: { background: [0, 0, 0] },
    });
    this.viewport = engine.getViewport(this.#id) as Types.IVolumeViewport;
    for (const event of EVENTS) element.addEventListener(event, this.#read);
    this.#resize = new ResizeObserver(() => {
      if (element.clientWidth === 0 || element.clientHeight === 0) return; // hidden behind a pane that stands alone
      engine.resize(true, true);
      this.#read();
    });
    this.#resize.observe(element);
  }

  protected abstract position(): Partial<ViewState>;

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
      const wanted = zoomed(zoom, factor);
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

  override destroy(): void {
    super.destroy();
    this.#resize.disconnect();
    for (const event of EVENTS) this.element.removeEventListener(event, this.#read);
    this.engine.disableElement(this.#id);
    this.element.replaceChildren();
  }

  protected refresh(): void {
    this.viewport.render();
    this.#read();
  }

  readonly #read = (): void => {
    if (this.gone || this.state.waiting) return;
    const { voiRange, invert = false } = this.viewport.getProperties() ?? {};
    this.emit({
      ...this.position(),
      window: voiRange ? toWindow(voiRange) : null,
      zoom: this.viewport.getZoom(),
      inverted: invert,
      directions: directions(this.viewport.getCamera()),
      error: null,
      drawn: this.state.drawn + 1,
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
