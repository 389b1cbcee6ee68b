import type { ReactElement } from 'react';
import type { Point, Unit } from '@/api/scorecards';
import { formatValue } from './measures';
import { formatMonth } from './months';
import { heightOf, pathOf } from './path';
import classes from './scorecards.module.css';

const WIDTH = 132;
const HEIGHT = 28;
const EDGE = 4;

interface SparklineProps {
  points: Point[];
  unit: Unit;
}

/** A year of a measure as a line; the words are in its label, so that nobody needs to see it. */
export function Sparkline({ points, unit }: SparklineProps): ReactElement | null {
  const values = points.map(({ value }) => value);
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const words = points
    .filter(({ value }) => value !== null)
    .map(({ start, value }) => `${formatMonth(start.slice(0, 7))} ${formatValue(unit, value)}`);
  const lone = (index: number): boolean =>
    values[index] !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
  const dots = values.flatMap((value, index) =>
    value !== null && (index === values.length - 1 || lone(index))
      ? [
          {
            index,
            x: (index * WIDTH) / (values.length - 1),
            y: heightOf(value, Math.min(...known), Math.max(...known), HEIGHT),
          },
        ]
      : [],
  );
  return (
    <svg
      className={classes.sparkline}
      viewBox={`${-EDGE} ${-EDGE} ${WIDTH + 2 * EDGE} ${HEIGHT + 2 * EDGE}`}
      width={WIDTH + 2 * EDGE}
      height={HEIGHT + 2 * EDGE}
      role="img"
      aria-label={`Twelve months: ${words.join(', ')}`}
    >
      <path d={pathOf(values, WIDTH, HEIGHT)} />
      {dots.map(({ index, x, y }) => (
        <circle key={index} cx={x} cy={y} r={2.5} />
      ))}
    </svg>
  );
}
