import type { WindowPreset } from '../presets';
import type { Frame } from '../frames';
import type { Directions } from './directions';

/** CSS pixels from the upper left corner of the pane. */
export type CanvasPoint = [x: number, y: number];

/**
 * Place in a picture: column and row with fractions. (0, 0) is the upper left corner of the first pixel and
 * (0.5, 0.5) its centre (PS3.3 C.10.5.1.2 and Table C.18.6-1).
 */
export type ImagePoint = [column: number, row: number];

/** Millimetres in the patient's coordinate system (PS3.3 C.7.6.2.1.1). */
export type PatientPoint = [x: number, y: number, z: number];

export interface Window {
  center: number;
  width: number;
}

/** How slabs are made of slices. */
export type Projection = 'maximum' | 'minimum' | 'mean';

/** What the page shows around the picture; a new value for each change. */
export interface ViewState {
  index: number;
  count: number;
  window: Window | null;
  zoom: number;
  inverted: boolean;
  playing: boolean;
  loaded: number;
  directions: Directions | null;
  /** True until the first picture is drawn. */
  waiting: boolean;
  error: string | null;
  /** A smaller picture stands for one whose bytes still come. */
  coarse: boolean;
  /** Millimetres that a plane gathers, null for single images. */
  slab: number | null;
  projection: Projection;
  /** Counts every change of what stands where; overlays draw again when it changes. */
  drawn: number;
}

export const NO_VIEW: ViewState = {
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
  coarse: false,
  slab: null,
  projection: 'maximum',
  drawn: 0,
};

/** How the picture stands in its pane: what a presentation state keeps (PS3.3 C.10.4, C.10.6, C.11.2). */
export interface Presentation {
  window: Window | null;
  inverted: boolean;
  /** 1 fits the pane. */
  zoom: number;
  /** CSS pixels from the middle at zoom 1. */
  pan: CanvasPoint;
  /** Degrees clockwise: 0, 90, 180 or 270. Turned after the flip. */
  rotation: number;
  flipped: boolean;
}

/** The plane of the picture in the patient. */
export interface PatientPlane {
  frameOfReference: string | null;
  /** Centre of the first pixel for a stack, a point of the plane else. */
  origin: PatientPoint;
  /** Unit vectors along a row and along a column; the normal is their cross product. */
  row: PatientPoint;
  column: PatientPoint;
  normal: PatientPoint;
}

/** One picture in one pane, a stack or a plane through a volume: all that the page may ask of it. */
export interface View {
  readonly kind: 'stack' | 'plane';
  readonly state: ViewState;
  /** Be told of each new state; gives the function that ends it. */
  subscribe: (listener: () => void) => () => void;

  scrollTo: (index: number) => void;
  scrollBy: (step: number) => void;
  setWindow: (window: Pick<WindowPreset, 'center' | 'width'>) => void;
  invert: () => void;
  /** Turn by a quarter, clockwise. */
  rotate: () => void;
  flip: () => void;
  /** Zoom about a point that stays where it is; about the middle without one. */
  zoomBy: (factor: number, about?: CanvasPoint) => void;
  panBy: (step: CanvasPoint) => void;
  reset: () => void;
  play: (fps: number) => void;
  stop: () => void;

  /** The image in view; null in a plane, which belongs to no single image. */
  frame: () => Frame | null;
  /** Where a place of the image in view stands in the pane; null before anything is drawn and in a plane. */
  toCanvas: (point: ImagePoint) => CanvasPoint | null;
  /** The inverse of `toCanvas`. */
  toImage: (point: CanvasPoint) => ImagePoint | null;
  /** The plane in view, null when the image has no place in a patient. */
  plane: () => PatientPlane | null;
  /** Corners of the picture in the patient, in order around it; null as for `plane`. */
  corners: () => PatientPoint[] | null;
  /** Where a point of the patient would stand in the pane, looked at along the normal. */
  patientToCanvas: (point: PatientPoint) => CanvasPoint | null;
  canvasToPatient: (point: CanvasPoint) => PatientPoint | null;
  /** Go to the slice nearest to a point of the patient; false when this view has no place there. */
  showPatient: (point: PatientPoint) => boolean;

  /** Gather so many millimetres into one picture, null for none; only planes can. */
  setSlab?: (millimetres: number | null, projection?: Projection) => void;

  presentation: () => Presentation;
  /** Show as a presentation says; what it does not name stays. */
  present: (wanted: Partial<Presentation>) => void;
  destroy: () => void;
}
