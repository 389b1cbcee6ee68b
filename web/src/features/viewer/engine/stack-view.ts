import type { Series } from '@/api/series';
import type { Frame } from '../frames';
import { cornersOf, placeOf, planeOf, pointAt } from '../geometry';
import type { WindowPreset } from '../presets';
import { directionsOf } from './directions';
import { LiveView, reasonOf } from './live-view';
import { Painting } from './painting';
import { loadPicture, type Picture } from './pictures';
import { matrixOf, placed, unplaced, zoomed, type Matrix, type Placement } from './placement';
import { prefetch, type Prefetch } from './prefetch';
import { aspectOf, looksOf, sizeOf, type Looks } from './tables';
import type { CanvasPoint, ImagePoint, PatientPlane, PatientPoint, Presentation, View, Window } from './view';
import { nearest } from './vectors';

const UPRIGHT = { zoom: 1, pan: [0, 0] as CanvasPoint, rotation: 0, flipped: false };

/** An image that is here, and how it is to be shown. */
interface Loaded {
  index: number;
  frame: Frame;
  picture: Picture;
  looks: Looks;
}

/** One stack of images in one element, each drawn by the processor: every shade is exactly what the standard says. */
export class StackView extends LiveView implements View {
  readonly kind = 'stack';
  readonly #painting: Painting;
  readonly #resize: ResizeObserver;
  #frames: Frame[] = [];
  #series: Series | null = null;
  #shown: Loaded | null = null;
  #stand = { ...UPRIGHT };
  /** What the reader has set; null for what each image brings. */
  #window: Window | null = null;
  #inverted = false;
  #prefetch: Prefetch | null = null;

  constructor(private readonly element: HTMLDivElement) {
    super();
    this.#painting = new Painting(element);
    this.#resize = new ResizeObserver(() => {
      if (this.#painting.resize() && this.#shown) this.refresh();
    });
    this.#resize.observe(element);
  }

  /** Show a stack from its middle or from a given place. */
  async show(series: Series, frames: Frame[], start = Math.floor(frames.length / 2)): Promise<void> {
    this.#prefetch?.stop();
    [this.#series, this.#frames] = [series, frames];
    this.#shown = null;
    this.#stand = { ...UPRIGHT };
    [this.#window, this.#inverted] = [null, false];
    this.begin({ count: frames.length, index: start });
    await this.#bring(start);
    if (this.gone || this.#frames !== frames) return;
    this.#loadAhead(series, this.state.index);
  }

  /** More of the stack is here: the image in view now stands at another place; all that the reader has set stays. */
  grow(series: Series, frames: Frame[], place: number): void {
    if (!this.#shown) {
      void this.show(series, frames, place);
      return;
    }
    this.#prefetch?.stop();
    [this.#series, this.#frames] = [series, frames];
    this.emit({ count: frames.length, index: place });
    void this.#bring(place);
    this.#loadAhead(series, place);
  }

  scrollTo(index: number): void {
    const target = Math.min(this.state.count - 1, Math.max(0, index));
    if (target === this.state.index || this.state.count === 0) return;
    this.#prefetch?.moved(target, target - this.state.index);
    this.emit({ index: target });
    void this.#bring(target);
  }

  setWindow({ center, width }: Pick<WindowPreset, 'center' | 'width'>): void {
    this.change(() => {
      this.#window = { center, width };
    });
  }

  invert(): void {
    this.change(() => {
      this.#inverted = !this.#inverted;
    });
  }

  rotate(): void {
    this.change(() => {
      this.#stand.rotation = (this.#stand.rotation + 90) % 360;
    });
  }

  flip(): void {
    this.change(() => {
      this.#stand.flipped = !this.#stand.flipped;
    });
  }

  zoomBy(factor: number, about?: CanvasPoint): void {
    this.change(() => {
      const held = about && this.toImage(about);
      this.#stand.zoom = zoomed(this.#stand.zoom, factor);
      const now = held && this.toCanvas(held);
      if (now) this.#move([about[0] - now[0], about[1] - now[1]]);
    });
  }

  panBy(step: CanvasPoint): void {
    this.change(() => {
      this.#move(step);
    });
  }

  reset(): void {
    this.change(() => {
      this.#stand = { ...UPRIGHT };
      [this.#window, this.#inverted] = [null, false];
    });
  }

  frame(): Frame | null {
    return this.#frames[this.state.index] ?? null;
  }

  toCanvas(point: ImagePoint): CanvasPoint | null {
    const matrix = this.#matrix();
    return matrix && placed(matrix, point);
  }

  toImage(point: CanvasPoint): ImagePoint | null {
    const matrix = this.#matrix();
    return matrix && unplaced(matrix, point);
  }

  plane(): PatientPlane | null {
    return this.#shown && planeOf(this.#shown.frame);
  }

  corners(): PatientPoint[] | null {
    return this.#shown && cornersOf(this.#shown.frame);
  }

  patientToCanvas(point: PatientPoint): CanvasPoint | null {
    const place = this.#shown && placeOf(this.#shown.frame, point);
    return place && this.toCanvas(place);
  }

  canvasToPatient(point: CanvasPoint): PatientPoint | null {
    const place = this.toImage(point);
    return this.#shown && place && pointAt(this.#shown.frame, place);
  }

  showPatient(point: PatientPoint): boolean {
    const index = nearest(this.#frames.map(planeOf), point);
    if (index === null) return false;
    this.scrollTo(index);
    return true;
  }

  presentation(): Presentation {
    const { zoom, pan, rotation, flipped } = this.#stand;
    return { window: this.state.window, inverted: this.#inverted, zoom, pan, rotation, flipped };
  }

  present({ window, inverted, ...stand }: Partial<Presentation>): void {
    this.change(() => {
      if (window) this.#window = window;
      if (inverted !== undefined) this.#inverted = inverted;
      this.#stand = { ...this.#stand, ...stand };
    });
  }

  override destroy(): void {
    this.#prefetch?.stop();
    this.#resize.disconnect();
    super.destroy();
    this.element.replaceChildren();
  }

  protected refresh(): void {
    const shown = this.#shown;
    const placement = this.#placement();
    if (this.gone || !shown || !placement) return;
    const window = this.#painting.paint(shown, matrixOf(placement), this.#window, this.#inverted);
    this.emit({
      window,
      zoom: this.#stand.zoom,
      inverted: this.#inverted,
      directions: directionsOf(this.plane(), this.#matrix()),
      error: null,
      drawn: this.state.drawn + 1,
    });
  }

  /** Load an image and draw it, if the reader has not gone on meanwhile. */
  async #bring(index: number): Promise<void> {
    const [series, frames, frame] = [this.#series, this.#frames, this.#frames[index]];
    const stale = (): boolean => this.gone || this.#frames !== frames || this.state.index !== index;
    if (!series || !frame) return;
    const looks = looksOf(frame);
    looks.catch(() => undefined); // told below
    const show = async (picture: Picture, coarse: boolean): Promise<void> => {
      const found = await looks;
      if (stale()) return;
      this.#shown = { index, frame, picture, looks: found };
      this.emit({ coarse });
      if (this.state.waiting) this.arrived();
      else this.refresh();
    };
    try {
      await show(
        await loadPicture(series, frame, (coarse) => void show(coarse, true).catch(() => undefined)),
        false,
      );
    } catch (error) {
      if (!stale()) this.emit({ waiting: false, coarse: false, error: reasonOf(error) });
    }
  }

  #loadAhead(series: Series, from: number): void {
    this.#prefetch = prefetch(series, this.#frames, from, (loaded) => {
      this.emit({ loaded });
    });
  }

  #move([x, y]: CanvasPoint): void {
    const { pan, zoom } = this.#stand;
    this.#stand.pan = [pan[0] + x / zoom, pan[1] + y / zoom];
  }

  #placement(): Placement | null {
    const shown = this.#shown;
    const { pane } = this.#painting;
    if (!shown || pane[0] === 0 || pane[1] === 0) return null;
    return { pane, image: sizeOf(shown.frame), aspect: aspectOf(shown.frame), ...this.#stand };
  }

  #matrix(): Matrix | null {
    const placement = this.gone ? null : this.#placement();
    return placement && matrixOf(placement);
  }
}
