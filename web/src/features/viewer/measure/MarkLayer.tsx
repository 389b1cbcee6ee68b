import { useMemo, type ReactElement } from 'react';
import type { CanvasPoint, ImagePoint } from '../engine/view';
import type { Frame } from '../frames';
import { useMarks, useReading, useViewState } from '../reading';
import type { OpenPane } from '../room/panes';
import { handlesOf, linesOf } from './hit';
import type { Mark } from './mark';
import { measured, wordsOf } from './measured';
import { pixelValues } from './pixel-values';
import { placeOf, type Pen } from './usePen';
import classes from './MarkLayer.module.css';

type Shape = Pick<Mark, 'kind' | 'points' | 'text'>;

/** The marks of the image in view, over it. */
export function MarkLayer({ open, pen }: { open: OpenPane; pen: Pen }): ReactElement | null {
  const { marks } = useReading();
  useMarks();
  useViewState(open.view); // every step of the picture moves what stands on it
  const place = placeOf(open);
  const frame = open.view.frame();
  if (!place || !frame) return null;
  const here = marks.on(place).map((mark) => (pen.moving?.id === mark.id ? pen.moving : mark));
  const draft: Shape | null = pen.draft && { ...pen.draft, text: '' };
  return (
    <svg className={classes.layer} aria-hidden>
      {here.map((mark) => (
        <Drawn
          key={mark.id}
          shape={mark}
          frame={frame}
          open={open}
          chosen={mark.id === marks.chosen()}
          own={mark.own}
        />
      ))}
      {draft && <Drawn shape={draft} frame={frame} open={open} chosen own />}
    </svg>
  );
}

interface DrawnProps {
  shape: Shape;
  frame: Frame;
  open: OpenPane;
  chosen: boolean;
  own: boolean;
}

function Drawn({ shape, frame, open, chosen, own }: DrawnProps): ReactElement {
  const { view, series } = open;
  const loaded = view.state.waiting;
  const words = useMemo(() => {
    const { quantities, notes } = measured(shape, frame, loaded ? null : pixelValues(series, frame));
    return [...(shape.text ? [shape.text] : []), ...quantities.map(wordsOf), ...notes];
  }, [shape, frame, loaded, series]);
  const canvas = (points: ImagePoint[]): CanvasPoint[] =>
    points.map((point) => view.toCanvas(point)).filter((point) => point !== null);
  const lines = linesOf(shape).map(canvas);
  const handles = canvas(handlesOf(shape));
  const label = labelPlace(lines.length > 0 ? lines.flat() : handles);
  return (
    <g className={classes.mark} data-chosen={chosen} data-own={own}>
      {[classes.under, classes.line].map((name) =>
        lines.map((line, at) => (
          <polyline
            key={`${name} ${at}`}
            className={name}
            points={line.map((point) => point.join()).join(' ')}
          />
        )),
      )}
      {shape.kind === 'arrow' && <ArrowHead line={handles} />}
      {shape.kind === 'probe' && handles[0] && <Cross at={handles[0]} />}
      {(chosen || lines.length === 0) &&
        handles.map(([x, y], at) => <circle key={at} className={classes.handle} cx={x} cy={y} r={4} />)}
      {label && words.length > 0 && (
        <text className={classes.words} x={label[0] + 10} y={label[1]}>
          {words.map((line, at) => (
            <tspan key={at} x={label[0] + 10} dy={at === 0 ? 0 : '1.3em'}>
              {line}
            </tspan>
          ))}
        </text>
      )}
    </g>
  );
}

/** Words stand beside the rightmost point. */
function labelPlace(points: CanvasPoint[]): CanvasPoint | null {
  return points.reduce<CanvasPoint | null>(
    (best, point) => (best && best[0] >= point[0] ? best : point),
    null,
  );
}

const HEAD = 12;

function ArrowHead({ line: [tip, tail] }: { line: CanvasPoint[] }): ReactElement | null {
  if (!tip || !tail) return null;
  const angle = Math.atan2(tail[1] - tip[1], tail[0] - tip[0]);
  const wing = (turn: number): string =>
    [tip[0] + HEAD * Math.cos(angle + turn), tip[1] + HEAD * Math.sin(angle + turn)].join();
  return <polyline className={classes.line} points={`${wing(0.45)} ${tip.join()} ${wing(-0.45)}`} />;
}

function Cross({ at: [x, y] }: { at: CanvasPoint }): ReactElement {
  return (
    <path className={classes.line} d={`M${x - 9} ${y}h6M${x + 3} ${y}h6M${x} ${y - 9}v6M${x} ${y + 3}v6`} />
  );
}
