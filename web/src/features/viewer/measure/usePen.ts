import { useState } from 'react';
import type { CanvasPoint, ImagePoint } from '../engine/view';
import type { Drag } from '../pane/gestures';
import { useReading } from '../reading';
import type { OpenPane } from '../room/panes';
import { isMeasure, type MeasureTool } from '../tools';
import { dragged, hung, keyed, pressed, progress, released, reshaped, shifted, type Draft } from './draft';
import { hitOf } from './hit';
import type { Mark, MarkPlace } from './mark';
import { sheetOf, type Sheet } from './sheet';

const REACH_MOUSE = 9;
const REACH_FINGER = 24;

export interface Pen {
  draft: Draft | null;
  /** Marks as a hand that moves them has them now, not yet in the book. */
  moving: Mark | null;
  /** What a press does to marks; null when it is none of theirs. */
  press: (at: CanvasPoint, finger: boolean) => Drag | null;
  hover: (at: CanvasPoint) => void;
  /** Set a point by a key; what came of it, and null where nothing can be drawn. */
  set: (at: CanvasPoint) => Keyed | null;
  /** The point that hangs goes along with the caret. */
  carry: (at: CanvasPoint) => void;
  /** Drop what is being made; true when there was something. */
  drop: () => boolean;
}

/** The mark that is done, or how many points it has of how many. */
export type Keyed = { done: Mark } | { points: [set: number, of: number] };

type Grabbed = { drag: Drag | null } | null;

export const placeOf = ({ series, view }: Pick<OpenPane, 'series' | 'view'>): MarkPlace | null => {
  const frame = view.frame();
  if (!frame) return null;
  const { studyUid, uid } = series;
  return { studyUid, seriesUid: uid, sopUid: frame.instanceUid, frame: frame.frame };
};

/** Making, moving and reshaping marks in one pane. */
export function usePen(open: OpenPane | undefined): Pen {
  const { marks, tool } = useReading();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [moving, setMoving] = useState<Mark | null>(null);

  const grab = (at: CanvasPoint, sheet: Sheet, point: ImagePoint, reach: number): Grabbed => {
    const hit = hitOf(sheet.marks(marks), at, sheet.toCanvas, reach);
    marks.choose(hit?.mark.id ?? null);
    if (!hit) return null;
    return { drag: hit.mark.own ? moveMark(hit.mark, hit.handle, point, { sheet, setMoving, marks }) : null };
  };

  const press: Pen['press'] = (at, finger) => {
    const sheet = open && sheetOf(open);
    const point = sheet?.toPoint(at);
    if (!sheet || !point) return null;
    const kind = isMeasure(tool) ? tool : null;
    const waiting = draft?.kind === kind ? draft : null;
    const grabbed = waiting ? null : grab(at, sheet, point, finger ? REACH_FINGER : REACH_MOUSE);
    if (grabbed) return grabbed.drag;
    return kind ? make(kind, sheet, point, waiting) : null;
  };

  const make = (kind: MeasureTool, sheet: Sheet, point: ImagePoint, waiting: Draft | null): Drag => {
    let now = pressed(waiting, kind, point);
    setDraft(now);
    return {
      move: (to) => {
        now = dragged(now, sheet.toPoint(to) ?? point);
        setDraft(now);
      },
      end: (_, moved) => {
        const { draft: next, done } = released(now, moved || waiting !== null, sheet.ratio(now.points));
        setDraft(next);
        if (done) marks.add({ ...sheet.place, kind, points: done, text: '', own: true });
      },
      cancel: () => {
        setDraft(null);
      },
    };
  };

  return {
    draft,
    moving,
    press,
    hover: (at) => {
      if (!draft || draft.points.length < 2) return;
      const point = open && sheetOf(open)?.toPoint(at);
      if (point) setDraft(dragged(draft, point));
    },
    set: (at) => {
      const sheet = open && sheetOf(open);
      const point = sheet?.toPoint(at);
      if (!sheet || !point || !isMeasure(tool)) return null;
      const { draft: next, done } = keyed(draft, tool, point, sheet.ratio([point]));
      setDraft(next);
      if (done) return { done: marks.add({ ...sheet.place, kind: tool, points: done, text: '', own: true }) };
      return { points: progress(next, tool) };
    },
    carry: (at) => {
      const point = open && sheetOf(open)?.toPoint(at);
      if (draft && point) setDraft(hung(draft, point));
    },
    drop: () => {
      setDraft(null);
      return draft !== null;
    },
  };
}

interface Mover {
  sheet: Sheet;
  setMoving: (mark: Mark | null) => void;
  marks: { change: (id: string, change: Pick<Mark, 'points' | 'space'>) => void };
}

function moveMark(
  mark: Mark,
  handle: number | null,
  from: ImagePoint,
  { sheet, setMoving, marks }: Mover,
): Drag {
  let { points } = mark;
  return {
    move: (to) => {
      const at = sheet.toPoint(to) ?? from;
      points =
        handle === null
          ? shifted(mark.points, [at[0] - from[0], at[1] - from[1]])
          : reshaped(mark.kind, mark.points, handle, at);
      setMoving({ ...mark, points });
    },
    end: (_, moved) => {
      setMoving(null);
      if (moved) marks.change(mark.id, { points, ...(mark.space && { space: mark.space }) });
    },
    cancel: () => {
      setMoving(null);
    },
  };
}
