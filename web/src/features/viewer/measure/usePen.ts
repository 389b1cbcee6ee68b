import { useState } from 'react';
import type { CanvasPoint, ImagePoint, View } from '../engine/view';
import type { Drag } from '../pane/gestures';
import { useReading } from '../reading';
import type { OpenPane } from '../room/panes';
import { isMeasure, type MeasureTool } from '../tools';
import { dragged, pressed, released, reshaped, shifted, type Draft } from './draft';
import { hitOf } from './hit';
import type { Mark, MarkPlace } from './mark';
import { scaleOf } from './spacing';

const REACH_MOUSE = 9;
const REACH_FINGER = 24;

export interface Pen {
  draft: Draft | null;
  /** Marks as a hand that moves them has them now, not yet in the book. */
  moving: Mark | null;
  /** What a press does to marks; null when it is none of theirs. */
  press: (at: CanvasPoint, finger: boolean) => Drag | null;
  hover: (at: CanvasPoint) => void;
  /** Drop what is being made; true when there was something. */
  drop: () => boolean;
}

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

  const grab = (at: CanvasPoint, place: MarkPlace, point: ImagePoint, reach: number): Grabbed => {
    const view = open?.view;
    const hit = view && hitOf(marks.on(place), at, view.toCanvas, reach);
    marks.choose(hit?.mark.id ?? null);
    if (!hit) return null;
    return { drag: hit.mark.own ? moveMark(hit.mark, hit.handle, point, { view, setMoving, marks }) : null };
  };

  const press: Pen['press'] = (at, finger) => {
    const place = open && placeOf(open);
    const point = open?.view.toImage(at);
    if (!place || !point) return null;
    const kind = isMeasure(tool) ? tool : null;
    const waiting = draft?.kind === kind ? draft : null;
    const grabbed = waiting ? null : grab(at, place, point, finger ? REACH_FINGER : REACH_MOUSE);
    if (grabbed) return grabbed.drag;
    return kind ? make(kind, place, point, waiting) : null;
  };

  const make = (
    kind: MeasureTool,
    place: MarkPlace,
    point: ImagePoint,
    waiting: Draft | null,
  ): Drag | null => {
    const view = open?.view;
    if (!view) return null;
    let now = pressed(waiting, kind, point);
    setDraft(now);
    return {
      move: (to) => {
        now = dragged(now, view.toImage(to) ?? point);
        setDraft(now);
      },
      end: (_, moved) => {
        const frame = view.frame();
        const { column, row } = frame ? scaleOf(frame, now.points) : { column: 1, row: 1 };
        const { draft: next, done } = released(now, moved || waiting !== null, row / column);
        setDraft(next);
        if (done) marks.add({ ...place, kind, points: done, text: '', own: true });
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
      const point = open?.view.toImage(at);
      if (point) setDraft(dragged(draft, point));
    },
    drop: () => {
      setDraft(null);
      return draft !== null;
    },
  };
}

interface Mover {
  view: View;
  setMoving: (mark: Mark | null) => void;
  marks: { change: (id: string, change: Pick<Mark, 'points'>) => void };
}

function moveMark(
  mark: Mark,
  handle: number | null,
  from: ImagePoint,
  { view, setMoving, marks }: Mover,
): Drag {
  let { points } = mark;
  return {
    move: (to) => {
      const at = view.toImage(to) ?? from;
      points =
        handle === null
          ? shifted(mark.points, [at[0] - from[0], at[1] - from[1]])
          : reshaped(mark.kind, mark.points, handle, at);
      setMoving({ ...mark, points });
    },
    end: (_, moved) => {
      setMoving(null);
      if (moved) marks.change(mark.id, { points });
    },
    cancel: () => {
      setMoving(null);
    },
  };
}
