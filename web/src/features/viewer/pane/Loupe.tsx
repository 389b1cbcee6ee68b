import { useEffect, useRef, type ReactElement, type RefObject } from 'react';
import type { CanvasPoint } from '../engine/view';
import classes from './Picture.module.css';

const SIDE = 168;
const TIMES = 2.5;

interface LoupeProps {
  /** The element the picture is drawn in. */
  element: RefObject<HTMLDivElement | null>;
  at: CanvasPoint;
  /** Away from the finger that hides what it points at. */
  above: boolean;
  /** Draws again when it changes. */
  drawn: number;
}

/** What is under the pointer, larger. */
export function Loupe({ element, at: [x, y], above, drawn }: LoupeProps): ReactElement {
  const glass = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const source = element.current?.querySelector('canvas');
    const context = glass.current?.getContext('2d');
    if (!source || !context || source.clientWidth === 0) return;
    const scale = source.width / source.clientWidth;
    const part = (SIDE / TIMES) * scale;
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, SIDE, SIDE);
    context.drawImage(source, x * scale - part / 2, y * scale - part / 2, part, part, 0, 0, SIDE, SIDE);
    context.strokeStyle = '#7ce0f0';
    context.strokeRect(SIDE / 2 - 4, SIDE / 2 - 4, 8, 8);
  }, [element, x, y, drawn]);
  const top = above ? y - SIDE - 40 : y - SIDE / 2;
  return (
    <canvas
      ref={glass}
      className={classes.loupe}
      width={SIDE}
      height={SIDE}
      style={{ left: x - SIDE / 2, top: above && top < 0 ? y + 60 : top }}
      aria-hidden
    />
  );
}
