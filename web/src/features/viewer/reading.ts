/**
 * The seam of the reading room: what other rooms of the viewer (`marks/`: reports, key images, presentation states,
 * segmentations) may ask of the page, and where they put what they add.
 *
 * - `useReading()` gives the `Reading` of the page in any component below it.
 * - `marks` holds what readers drew: `list()`, `on(place)`, `add`, `addAll`, `change`, `remove`, `undo`, `subscribe`. Points are
 *   `[column, row]` of the stored image with fractions; (0, 0) is the upper left corner of the first pixel, (0.5, 0.5) its
 *   centre, as PS3.3 C.10.5.1.2 (graphic annotation, PIXEL) and Table C.18.6-1 (SCOORD) have it: write them as they are. `sopUid` and
 *   `frame` (from 1) say where. `useMarks()` renders again when they change. What a mark measures: `measure/measured.ts`.
 * - `panes.list()` are the panes with pictures, `active()` the one that keys speak to. `pane.view` is a `View`
 *   (`engine/view.ts`): `frame()` in view, `presentation()` and `present()` (window, invert, zoom, pan, rotation, flip),
 *   `toCanvas`/`toImage` between image and CSS pixels of the pane, `subscribe` and `state.drawn` to draw again.
 * - `jumpTo(place)` shows an image, in the pane that has its series or in the active one.
 * - Overlays, side panels and toolbar buttons are listed in `additions.ts`: add yours there.
 */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Series } from '@/api/series';
import type { StudyRow } from '@/api/types';
import { NO_VIEW, type PatientPoint, type View, type ViewState } from './engine/view';
import type { MarkBook } from './measure/book';
import type { Caret } from './measure/caret';
import type { Mark, MarkPlace } from './measure/mark';
import type { Links } from './room/following';
import type { OpenPane, Panes } from './room/panes';
import type { Room } from './room/room';
import type { ToolName } from './tools';

export interface Reading {
  /** The studies on the page, the first the one that was opened. */
  studies: { study: StudyRow; series: Series[] }[];
  room: Room;
  panes: Panes;
  marks: MarkBook;
  /** Draws by keys. */
  caret: Caret;
  active: () => OpenPane | null;
  /** What the left button or one finger does. */
  tool: ToolName;
  setTool: (tool: ToolName) => void;
  activate: (pane: number) => void;
  /** What the panes do together. */
  links: Links;
  setLinks: (links: Links) => void;
  /** The point of the patient that all panes of its space show. */
  crosshair: Crosshair | null;
  setCrosshair: (crosshair: Crosshair | null) => void;
  /** Show the active pane alone, or all of them again. */
  enlarge: () => void;
  /** Show a series in the active pane, or in another. */
  place: (series: Pick<Series, 'studyUid' | 'uid'>, pane?: number) => void;
  /** Show an image; frames count from 1. */
  jumpTo: (place: MarkPlace) => void;
}

/** A point of the patient, and the frame of reference it is one of. */
export interface Crosshair {
  point: PatientPoint;
  frameOfReference: string;
}

export const ReadingContext = createContext<Reading | null>(null);

export function useReading(): Reading {
  const reading = useContext(ReadingContext);
  if (!reading) throw new Error('Only within the reading room');
  return reading;
}

/** All marks, rendered again when they change. */
export function useMarks(): readonly Mark[] {
  const { marks } = useReading();
  return useSyncExternalStore(marks.subscribe, marks.list);
}

/** The panes with pictures, rendered again when one comes or goes. */
export function usePanes(): readonly OpenPane[] {
  const { panes } = useReading();
  return useSyncExternalStore(panes.subscribe, panes.list);
}

const deaf = (): (() => void) => () => undefined;

/** The state of a view, rendered again with each change. */
export function useViewState(view: View | null | undefined): ViewState {
  return useSyncExternalStore(view?.subscribe ?? deaf, () => view?.state ?? NO_VIEW);
}
