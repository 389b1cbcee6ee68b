import { Enums, eventTarget, volumeLoader, type Types } from '@cornerstonejs/core';
import type { Series } from '@/api/series';
import type { Frame } from '../../frames';
import { toRange, type WindowPreset } from '../../presets';
import type { Plane } from '../../room/room';
import { boot } from './boot';
import { EngineView } from './engine-view';
import { hold, release } from './memory';
import { register } from './slices';
import { reasonOf } from '../live-view';
import { along, cross, dot, minus } from '../vectors';
import type { CanvasPoint, PatientPlane, PatientPoint, Projection, View, ViewState } from '../view';
import { frameOfReference } from '../volume';

const BLENDS: Record<Projection, Enums.BlendModes> = {
  maximum: Enums.BlendModes.MAXIMUM_INTENSITY_BLEND,
  minimum: Enums.BlendModes.MINIMUM_INTENSITY_BLEND,
  mean: Enums.BlendModes.AVERAGE_INTENSITY_BLEND,
};
/** A plane through a series, or a slab of it. */
export class PlaneView extends EngineView implements View {
  readonly kind = 'plane';
  #volumeId: string | null = null;
  #reference: string | null = null;
  #initial: Types.VOIRange | null = null;
  #share = 0;

  constructor(element: HTMLDivElement) {
    super(element, Enums.ViewportType.ORTHOGRAPHIC);
    eventTarget.addEventListener(Enums.Events.IMAGE_VOLUME_MODIFIED, this.#progress);
  }

  /** Cut a plane through all frames, which must be a volume of so many bytes; the middle of it first. */
  async show(
    series: Series,
    { frames, bytes }: Cut,
    plane: Exclude<Plane, 'acquired'>,
    window?: WindowPreset,
  ): Promise<void> {
    const imageIds = register(series, frames);
    const volumeId = `planes:${imageIds[0] ?? ''}:${imageIds.length}`;
    this.begin({ count: 1 });
    this.#reference = frameOfReference(frames[0]);
    try {
      const volume = await volumeLoader.createAndCacheVolume(volumeId, { imageIds });
      if (this.gone) return;
      hold(volumeId, imageIds, bytes);
      this.#volumeId = volumeId;
      const streaming = volume as unknown as Streaming;
      if (streaming.loadStatus?.loaded) this.#share = 1;
      else streaming.load(this.#whole);
      this.viewport.setOrientation(plane as Enums.OrientationAxis);
      await this.viewport.setVolumes([{ volumeId }]);
    } catch (error) {
      this.emit({ waiting: false, error: reasonOf(error) });
      return;
    }
    if (this.gone) return;
    if (window) this.viewport.setProperties({ voiRange: toRange(window) });
    this.#initial = this.viewport.getProperties()?.voiRange ?? null;
    this.arrived();
  }

  scrollTo(index: number): void {
    const target = Math.min(this.state.count - 1, Math.max(0, index));
    const step = target - this.state.index;
    if (step === 0 || this.state.waiting) return;
    this.change(() => {
      this.viewport.scroll(step);
    });
  }

  rotate(): void {
    this.change(() => {
      const { viewUp, viewPlaneNormal } = this.viewport.getCamera();
      if (viewUp && viewPlaneNormal)
        this.viewport.setCamera({
          viewUp: cross(viewUp, viewPlaneNormal).map((part) => -part) as PatientPoint,
        });
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
      this.viewport.resetSlabThickness();
      if (this.#initial) this.viewport.setProperties({ voiRange: this.#initial, invert: false });
      this.emit({ slab: null });
    });
  }

  /** Gather so many millimetres into one picture; null shows the mere plane. */
  setSlab(millimetres: number | null, projection: Projection = this.state.projection): void {
    this.change(() => {
      if (millimetres === null) {
        this.viewport.resetSlabThickness();
        this.viewport.setBlendMode(Enums.BlendModes.COMPOSITE);
      } else {
        this.viewport.setBlendMode(BLENDS[projection]);
        this.viewport.setSlabThickness(millimetres);
      }
      this.emit({ slab: millimetres, projection });
    });
  }

  frame(): Frame | null {
    return null;
  }

  toCanvas(): CanvasPoint | null {
    return null;
  }

  toImage(): null {
    return null;
  }

  plane(): PatientPlane | null {
    if (this.gone || this.state.waiting) return null;
    const { focalPoint, viewUp, viewPlaneNormal } = this.viewport.getCamera();
    if (!focalPoint || !viewUp || !viewPlaneNormal) return null;
    const down: PatientPoint = [-viewUp[0], -viewUp[1], -viewUp[2]];
    const row = cross(viewUp, viewPlaneNormal);
    return {
      frameOfReference: this.#reference,
      origin: focalPoint,
      row,
      column: down,
      normal: cross(row, down),
    };
  }

  corners(): PatientPoint[] | null {
    if (!this.plane()) return null;
    const { clientWidth: width, clientHeight: height } = this.element;
    const corners: CanvasPoint[] = [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ];
    return corners.map((corner) => this.viewport.canvasToWorld(corner));
  }

  patientToCanvas(point: PatientPoint): CanvasPoint | null {
    return this.plane() && this.viewport.worldToCanvas(point);
  }

  canvasToPatient(point: CanvasPoint): PatientPoint | null {
    return this.plane() && this.viewport.canvasToWorld(point);
  }

  showPatient(point: PatientPoint): boolean {
    const plane = this.plane();
    const { focalPoint, position } = this.viewport.getCamera();
    if (!plane || !focalPoint || !position) return false;
    const away = dot(minus(point, plane.origin), plane.normal);
    if (Math.abs(away) < 1e-4) return true;
    this.change(() => {
      this.viewport.setCamera({
        focalPoint: along(focalPoint, plane.normal, away),
        position: along(position, plane.normal, away),
      });
    });
    return true;
  }

  override destroy(): void {
    eventTarget.removeEventListener(Enums.Events.IMAGE_VOLUME_MODIFIED, this.#progress);
    super.destroy();
    if (this.#volumeId) release(this.#volumeId);
  }

  protected position(): Partial<ViewState> {
    const count = this.viewport.getNumberOfSlices() || 1;
    // The slider counts slices of this plane: the share that has come is told in them.
    return { index: this.viewport.getSliceIndex() ?? 0, count, loaded: Math.round(this.#share * count) };
  }

  /** Told of each image; those that were in memory already bring no event. */
  readonly #whole = ({
    framesProcessed,
    totalNumFrames,
  }: {
    framesProcessed: number;
    totalNumFrames: number;
  }): void => {
    this.#share = totalNumFrames > 0 ? framesProcessed / totalNumFrames : 1;
    if (!this.state.waiting) this.emit(this.position());
  };

  readonly #progress = (event: Event): void => {
    const { volumeId, framesProcessed, numberOfFrames } = (event as CustomEvent<Progress>).detail;
    if (volumeId !== this.#volumeId || !numberOfFrames) return;
    this.#share = framesProcessed / numberOfFrames;
    this.emit(this.position());
  };
}

/** A view of planes in an element, once their engine has started. */
export async function openPlane(element: HTMLDivElement): Promise<PlaneView> {
  await boot();
  return new PlaneView(element);
}

interface Cut {
  frames: Frame[];
  bytes: number;
}

/** What the engine's types leave out of a volume that streams. */
interface Streaming {
  loadStatus?: { loaded: boolean };
  load: (told: (progress: { framesProcessed: number; totalNumFrames: number }) => void) => void;
}

interface Progress {
  volumeId: string;
  framesProcessed: number;
  numberOfFrames: number;
}
