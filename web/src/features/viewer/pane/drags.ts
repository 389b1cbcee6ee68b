import type { View, Window } from '../engine/view';
import type { ToolName } from '../tools';
import type { Drag } from './gestures';

const PIXELS_PER_IMAGE = 8;
const ZOOM_PER_PIXEL = 1.006;
/** Dragging this many pixels changes the window by its own width. */
const PIXELS_PER_WINDOW = 300;
const LEAST_WIDTH = 1;

/** A window dragged by so many pixels: to the right wider, down lower in level, that is brighter upwards. */
export function draggedWindow({ center, width }: Window, [x, y]: [number, number]): Window {
  const unit = Math.max(width, 10) / PIXELS_PER_WINDOW;
  return { center: center - y * unit, width: Math.max(LEAST_WIDTH, width + x * unit) };
}

/** What dragging does to the view with tools that leave nothing behind; null for those that do. */
export function dragOf(tool: ToolName, view: View): Drag | null {
  switch (tool) {
    case 'window':
      return {
        move: (_, by) => {
          if (view.state.window) view.setWindow(draggedWindow(view.state.window, by));
        },
      };
    case 'zoom':
      return {
        move: (_, [, y]) => {
          view.zoomBy(ZOOM_PER_PIXEL ** -y);
        },
      };
    case 'pan':
      return {
        move: (_, by) => {
          view.panBy(by);
        },
      };
    case 'scroll':
      return scrolling(view);
    default:
      return null;
  }
}

function scrolling(view: View): Drag {
  let gathered = 0;
  // A long stack must pass under one stroke of the hand.
  const perImage = Math.max(1.5, Math.min(PIXELS_PER_IMAGE, 1600 / Math.max(1, view.state.count)));
  return {
    move: (_, [, y]) => {
      gathered += y;
      const steps = Math.trunc(gathered / perImage);
      if (steps === 0) return;
      gathered -= steps * perImage;
      view.scrollBy(steps);
    },
  };
}
