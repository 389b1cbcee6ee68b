import type { ImagePoint } from '../engine/view';
import type { MeasureTool } from '../tools';
import type { Basis } from './space';

/** What each kind of mark is made of, in the order of its points. */
export type MarkKind = MeasureTool;

/**
 * Something a reader put on one image.
 *
 * - length: both ends · arrow: tip, tail · angle: end, corner, end · cobb: ends of one line, ends of the other
 * - bidirectional: ends of the long line, ends of the short one
 * - ellipse: ends of one axis, ends of the other · rectangle: four corners in order
 * - freehand: the outline, closed by itself · probe and text: the place
 */
export interface Mark {
  id: string;
  kind: MarkKind;
  studyUid: string;
  seriesUid: string;
  sopUid: string;
  /** Counted from 1. */
  frame: number;
  points: ImagePoint[];
  /** Of a mark in space: the plane that its points are of, in mm; its image is then only the nearest one. */
  space?: Basis;
  /** What the reader wrote to it. */
  text: string;
  /** False for marks that came from a stored object and may not be changed here. */
  own: boolean;
}

/** Where a mark belongs. */
export type MarkPlace = Pick<Mark, 'studyUid' | 'seriesUid' | 'sopUid' | 'frame' | 'space'>;
