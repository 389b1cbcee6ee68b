import type { CanvasPoint, ImagePoint } from '../engine/view';
import { nearest } from '../engine/vectors';
import type { Frame } from '../frames';
import { planeOf } from '../geometry';
import type { OpenPane } from '../room/panes';
import type { MarkBook } from './book';
import type { Mark, MarkPlace } from './mark';
import { measured, measuredInSpace, type Measured } from './measured';
import { pixelValues } from './pixel-values';
import { sampled, samplerOf } from './sampling';
import { scaleOf } from './spacing';
import { basisIn, lying, toPatient, toPlane } from './space';

/** What marks of a pane lie on: an image, or a plane through a volume. */
export interface Sheet {
  place: MarkPlace;
  toCanvas: (point: ImagePoint) => CanvasPoint | null;
  toPoint: (at: CanvasPoint) => ImagePoint | null;
  /** The marks on it, their points by it. */
  marks: (book: MarkBook) => Mark[];
  /** Height of a unit of the points to its width. */
  ratio: (points: ImagePoint[]) => number;
}

export function sheetOf(open: Pick<OpenPane, 'series' | 'view' | 'frames'>): Sheet | null {
  return open.view.kind === 'plane' ? planeSheet(open) : imageSheet(open);
}

function imageSheet({ series, view }: Pick<OpenPane, 'series' | 'view'>): Sheet | null {
  const frame = view.frame();
  if (!frame) return null;
  const { studyUid, uid } = series;
  const place = { studyUid, seriesUid: uid, sopUid: frame.instanceUid, frame: frame.frame };
  return {
    place,
    toCanvas: (point) => view.toCanvas(point),
    toPoint: (at) => view.toImage(at),
    marks: (book) => book.on(place),
    ratio: (points) => {
      const { column, row } = scaleOf(frame, points);
      return row / column;
    },
  };
}

function planeSheet({ series, view, frames }: Pick<OpenPane, 'series' | 'view' | 'frames'>): Sheet | null {
  const plane = view.plane();
  const basis = basisIn(plane);
  const frame = plane && frames[nearest(frames.map(planeOf), plane.origin) ?? -1];
  if (!basis || !frame) return null;
  const { studyUid, uid } = series;
  return {
    place: { studyUid, seriesUid: uid, sopUid: frame.instanceUid, frame: frame.frame, space: basis },
    toCanvas: (point) => view.patientToCanvas(toPatient(basis, point)),
    toPoint: (at) => {
      const point = view.canvasToPatient(at);
      return point && toPlane(basis, point);
    },
    marks: (book) => lying(book.list(), basis),
    ratio: () => 1,
  };
}

/** What a mark measures, on its image or in space; `frame` is its image, `frames` those of its series. */
export function measuredOn(
  mark: Pick<Mark, 'kind' | 'points' | 'space'>,
  { series, frames }: Pick<OpenPane, 'series' | 'frames'>,
  frame: Frame,
  loaded = true,
): Measured {
  const { space, points } = mark;
  if (!space) return measured(mark, frame, loaded ? pixelValues(series, frame) : null);
  const sampler = loaded ? samplerOf(frames, (one) => pixelValues(series, one)) : null;
  return measuredInSpace(mark, frame, sampler && points.length > 0 ? sampled(space, points, sampler) : null);
}
