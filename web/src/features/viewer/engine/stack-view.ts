import { Enums, type RenderingEngine, type Types } from '@cornerstonejs/core';
import type { Frame } from '../frames';
import { cornersOf, planeOf } from '../geometry';
import { BaseView, reasonOf } from './base-view';
import { prefetch, type Prefetch } from './prefetch';
import type { CanvasPoint, ImagePoint, PatientPlane, PatientPoint, View, ViewState } from './view';
import { along, dot, minus, nearest } from './vectors';

/** One stack of images in one element. */
export class StackView extends BaseView<Types.IStackViewport> implements View {
  readonly kind = 'stack';
  #frames: Frame[] = [];
  #initial: Types.VOIRange | undefined;
  #wishedIndex: number | null = null;
  #prefetch: Prefetch | null = null;

  constructor(engine: RenderingEngine, element: HTMLDivElement) {
    super(engine, element, Enums.ViewportType.STACK);
  }

  /** Show a stack from its middle or from a given place; `imageIds` are those of the frames. */
  async show(frames: Frame[], imageIds: string[], start = Math.floor(frames.length / 2)): Promise<void> {
    this.#prefetch?.stop();
    this.#frames = frames;
    this.#wishedIndex = null;
    this.begin({ count: frames.length, index: start });
    try {
      await this.viewport.setStack(imageIds, start);
    } catch (error) {
      this.emit({ waiting: false, error: reasonOf(error) });
      return;
    }
    if (this.gone) return; // the reader went on while the first image was loading
    this.#initial = this.viewport.getProperties().voiRange;
    this.arrived();
    if (this.#wishedIndex !== null) this.scrollTo(this.#wishedIndex);
    await this.drawn(); // the first picture has the processor to itself
    if (this.gone || this.#frames !== frames) return;
    this.#prefetch = prefetch(imageIds, start, (loaded) => {
      this.emit({ loaded });
    });
  }

  scrollTo(index: number): void {
    const target = Math.min(this.state.count - 1, Math.max(0, index));
    if (target === this.state.index || this.state.count === 0) return;
    this.#prefetch?.moved(target, target - this.state.index);
    this.emit({ index: target });
    if (this.state.waiting) {
      // The engine forgets its first picture when it is sent on before that has come, and with it all that waits for it.
      this.#wishedIndex = target;
      return;
    }
    this.viewport.setImageIdIndex(target).catch((error: unknown) => {
      if (this.state.index === target) this.emit({ error: reasonOf(error) });
    });
  }

  rotate(): void {
    this.change(() => {
      const { rotation = 0 } = this.viewport.getViewPresentation();
      this.viewport.setViewPresentation({ rotation: (Math.round(rotation) + 90) % 360 });
    });
  }

  flip(): void {
    this.change(() => {
      const { flipHorizontal = false } = this.viewport.getCamera();
      this.viewport.setCamera({ flipHorizontal: !flipHorizontal });
    });
  }

  reset(): void {
    this.change(() => {
      this.viewport.setCamera({ flipHorizontal: false, flipVertical: false });
      this.viewport.resetCamera();
      this.viewport.resetProperties();
      if (this.#initial) this.viewport.setProperties({ voiRange: this.#initial, invert: false });
    });
  }

  frame(): Frame | null {
    return this.#frames[this.state.index] ?? null;
  }

  toCanvas([column, row]: ImagePoint): CanvasPoint | null {
    const image = this.#imageData();
    if (!image) return null;
    const { origin, direction, spacing } = image;
    const across = (column - 0.5) * spacing[0];
    const down = (row - 0.5) * spacing[1];
    return this.viewport.worldToCanvas([
      origin[0] + direction[0] * across + direction[3] * down,
      origin[1] + direction[1] * across + direction[4] * down,
      origin[2] + direction[2] * across + direction[5] * down,
    ]);
  }

  toImage(point: CanvasPoint): ImagePoint | null {
    const image = this.#imageData();
    if (!image) return null;
    const { origin, direction, spacing } = image;
    const world = this.viewport.canvasToWorld(point);
    const from: PatientPoint = [world[0] - origin[0], world[1] - origin[1], world[2] - origin[2]];
    return [
      dot(from, [direction[0], direction[1], direction[2]]) / spacing[0] + 0.5,
      dot(from, [direction[3], direction[4], direction[5]]) / spacing[1] + 0.5,
    ];
  }

  plane(): PatientPlane | null {
    const frame = this.frame();
    return frame ? planeOf(frame) : null;
  }

  corners(): PatientPoint[] | null {
    const frame = this.frame();
    return frame ? cornersOf(frame) : null;
  }

  patientToCanvas(point: PatientPoint): CanvasPoint | null {
    return this.plane() && this.#imageData() ? this.viewport.worldToCanvas(point) : null;
  }

  canvasToPatient(point: CanvasPoint): PatientPoint | null {
    const plane = this.plane();
    if (!plane || !this.#imageData()) return null;
    const world: PatientPoint = this.viewport.canvasToWorld(point);
    // The camera may look at another depth than the image lies in.
    return along(world, plane.normal, dot(minus(plane.origin, world), plane.normal));
  }

  showPatient(point: PatientPoint): boolean {
    const index = nearest(this.#frames.map(planeOf), point);
    if (index === null) return false;
    this.scrollTo(index);
    return true;
  }

  override destroy(): void {
    this.#prefetch?.stop();
    super.destroy();
  }

  protected position(): Partial<ViewState> {
    return { index: this.viewport.getTargetImageIdIndex() };
  }

  /** Null until the first image is drawn. */
  #imageData(): Pick<Types.IImageData, 'origin' | 'direction' | 'spacing'> | null {
    if (this.gone || this.state.waiting) return null;
    return (this.viewport.getImageData() as Types.IImageData | undefined) ?? null;
  }
}
