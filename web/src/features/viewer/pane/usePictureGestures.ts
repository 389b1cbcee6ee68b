import { useEffect, useRef, type RefObject } from 'react';
import type { View } from '../engine/view';
import { useReading } from '../reading';
import { dragOf } from './drags';
import { listen, type Gestures } from './gestures';

const WHEEL_ZOOM = 1.12;

/** Mouse and fingers on a picture: the chosen tool, and what every hand expects beside it. */
export function usePictureGestures(
  stage: RefObject<HTMLDivElement | null>,
  pane: number,
  view: View | null,
): void {
  const reading = useReading();
  const gestures = (): Gestures => ({
    press: (_at, button) => {
      reading.activate(pane);
      if (!view) return null;
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
    hold: () => undefined,
    double: () => {
      reading.enlarge();
    },
    hover: () => undefined,
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
