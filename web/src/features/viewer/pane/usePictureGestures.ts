import { useEffect, useRef, type RefObject } from 'react';
import type { CanvasPoint, View } from '../engine/view';
import type { Pen } from '../measure/usePen';
import { useReading, type Reading } from '../reading';
import { isMeasure } from '../tools';
import { dragOf } from './drags';
import { listen, type Drag, type Gestures } from './gestures';

const WHEEL_ZOOM = 1.12;

interface Hands {
  pen: Pen;
  onHold: (at: CanvasPoint) => void;
  /** The pointer, with a button down or not; null when it left. */
  onHover: (at: CanvasPoint | null) => void;
}

/** Mouse and fingers on a picture: the chosen tool, and what every hand expects beside it. */
export function usePictureGestures(
  stage: RefObject<HTMLDivElement | null>,
  pane: number,
  view: View | null,
  { pen, onHold, onHover }: Hands,
): void {
  const reading = useReading();
  const gestures = (): Gestures => ({
    press: (at, button, event) => {
      reading.activate(pane);
      if (!view) return null;
      onHover(at);
      const drag = button === 0 ? pen.press(at, event.pointerType === 'touch') : null;
      if (drag)
        return {
          ...drag,
          move: (to, step, moved) => {
            onHover(to);
            drag.move(to, step, moved);
          },
        };
      if (button === 0 && reading.tool === 'crosshair') return crosshairDrag(at, view, reading.setCrosshair);
      // The middle button moves and the right one zooms, whatever the tool.
      return dragOf(button === 1 ? 'pan' : button === 2 ? 'zoom' : reading.tool, view);
    },
    pinch: (middle, factor, step) => {
      view?.zoomBy(factor, middle);
      view?.panBy(step);
    },
    wheel: (at, steps, zoom) => {
      reading.activate(pane);
      if (zoom) view?.zoomBy(WHEEL_ZOOM ** -steps, at);
      else view?.scrollBy(steps);
    },
    hold: onHold,
    double: () => {
      if (!isMeasure(reading.tool)) reading.enlarge();
    },
    hover: (at) => {
      onHover(at);
      if (at) pen.hover(at);
    },
  });
  const latest = useRef(gestures);
  useEffect(() => {
    latest.current = gestures;
  });
  useEffect(() => {
    const element = stage.current;
    return element ? listen(element, () => latest.current()) : undefined;
  }, [stage]);
}

/** Takes all panes of the space to the point under the pointer. */
function crosshairDrag(at: CanvasPoint, view: View, show: Reading['setCrosshair']): Drag {
  const set = (to: CanvasPoint): void => {
    const point = view.canvasToPatient(to);
    const frameOfReference = view.plane()?.frameOfReference;
    if (point && frameOfReference) show({ point, frameOfReference });
  };
  set(at);
  return { move: set };
}
