import { useEffect, useRef, useSyncExternalStore, type RefObject } from 'react';
import type { CanvasPoint } from '../engine/view';
import { useReading } from '../reading';
import type { OpenPane } from '../room/panes';
import type { CaretPane, CaretState } from './caret';
import { wordsOf } from './measured';
import { measuredOn, sheetOf } from './sheet';
import type { Keyed, Pen } from './usePen';

/** The caret of the page, rendered again as it moves. */
export function useCaretState(): CaretState {
  const { caret } = useReading();
  return useSyncExternalStore(caret.subscribe, caret.get);
}

/** Lets the caret draw in a pane; gives its place while it is there. */
export function useCaret(
  stage: RefObject<HTMLDivElement | null>,
  open: OpenPane | undefined,
  pen: Pen,
): CanvasPoint | null {
  const { caret } = useReading();
  const { on } = useCaretState();
  const latest = useRef({ open, pen });
  useEffect(() => {
    latest.current = { open, pen };
  });
  const pane = open?.pane;
  useEffect(() => {
    if (pane === undefined) return undefined;
    const now = (): typeof latest.current => latest.current;
    return caret.register(pane, {
      size: () => [stage.current?.clientWidth ?? 0, stage.current?.clientHeight ?? 0],
      ...drawing(now),
    });
  }, [caret, pane, stage]);
  return on && on.pane === pane ? on.at : null;
}

function drawing(now: () => { open: OpenPane | undefined; pen: Pen }): Omit<CaretPane, 'size'> {
  return {
    pixel: () => {
      const { open } = now();
      const sheet = open && sheetOf(open);
      const [a, b] = [sheet?.toCanvas([0, 0]), sheet?.toCanvas([1, 0])];
      return a && b ? Math.hypot(b[0] - a[0], b[1] - a[1]) : 1;
    },
    hover: (at) => {
      now().pen.carry(at);
    },
    set: (at) => {
      const { open, pen } = now();
      return wordsFor(pen.set(at), open);
    },
    placeWords: (at) => {
      const point = now().open?.view.toImage(at);
      return point ? `Column ${Math.floor(point[0])}, row ${Math.floor(point[1])}` : '';
    },
    drop: () => now().pen.drop(),
  };
}

function wordsFor(keyed: Keyed | null, open: OpenPane | undefined): string {
  if (!keyed) return 'Nothing can be drawn here.';
  if ('points' in keyed) {
    const [set, of] = keyed.points;
    return of > 0
      ? `Point ${set} of ${of} set.`
      : `Point ${set} set. Enter again at the same place closes the outline.`;
  }
  const frame = open?.view.frame() ?? open?.frames[0];
  if (!open || !frame) return 'The mark is drawn.';
  const { quantities, notes } = measuredOn(keyed.done, open, frame);
  return ['Drawn.', ...quantities.map(wordsOf), ...notes].join(' ');
}
