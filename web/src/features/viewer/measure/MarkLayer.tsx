import { useMemo, type ReactElement } from 'react';
import { dot, minus } from '../engine/vectors';
import type { CanvasPoint, ImagePoint } from '../engine/view';
import type { Frame } from '../frames';
import { useMarks, useReading, useViewState } from '../reading';
import type { OpenPane } from '../room/panes';
import { handlesOf, linesOf } from './hit';
import type { Mark } from './mark';
import { wordsOf } from './measured';
import { measuredOn, sheetOf, type Sheet } from './sheet';
import { piercings, toPatient } from './space';
import type { Pen } from './usePen';
import classes from './MarkLayer.module.css';

type Shape = Pick<Mark, 'kind' | 'points' | 'text' | 'space'>;

/** The marks of the image in view, over it. */
export function MarkLayer({ open, pen }: { open: OpenPane; pen: Pen }): ReactElement | null {
  const { marks } = useReading();
  useMarks();
  useViewState(open.view); // every step of the picture moves what stands on it
  const sheet = sheetOf(open);
  const frame = open.view.frame() ?? open.frames[0];
  if (!sheet || !frame) return null;
  const here = sheet.marks(marks).map((mark) => (pen.moving?.id === mark.id ? pen.moving : mark));
  const { space } = sheet.place;
  const draft: Shape | null = pen.draft && { ...pen.draft, text: '', ...(space && { space }) };
  return (
    <svg className={classes.layer} aria-hidden>
      {here.map((mark) => (
        <Drawn
          key={mark.id}
          shape={mark}
          frame={frame}
          open={open}
          sheet={sheet}
          chosen={mark.id === marks.chosen()}
          own={mark.own}
        />
      ))}
      {draft && <Drawn shape={draft} frame={frame} open={open} sheet={sheet} chosen own />}
      <Piercings open={open} here={here} />
    </svg>
  );
}

interface DrawnProps {
  shape: Shape;
  frame: Frame;
  open: OpenPane;
  sheet: Sheet;
  chosen: boolean;
  own: boolean;
}

function Drawn({ shape, frame, open, sheet, chosen, own }: DrawnProps): ReactElement {
  const { view, series, frames } = open;
  const waiting = view.state.waiting || (shape.space !== undefined && view.state.loaded < view.state.count);
  const words = useMemo(() => {
    const { quantities, notes } = measuredOn(shape, { series, frames }, frame, !waiting);
    return [...(shape.text ? [shape.text] : []), ...quantities.map(wordsOf), ...notes];
  }, [shape, frame, waiting, series, frames]);
  const canvas = (points: ImagePoint[]): CanvasPoint[] =>
    points.map((point) => sheet.toCanvas(point)).filter((point) => point !== null);
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

/** Where marks in space go through the image or plane in view, and those that lie on an image. */
function Piercings({ open: { view }, here }: { open: OpenPane; here: Mark[] }): ReactElement[] {
  const { marks } = useReading();
  const plane = view.plane();
  const shown = new Set(here.map(({ id }) => id));
  const others = marks
    .list()
    .filter(({ id, space }) => !shown.has(id) && space?.frameOfReference === plane?.frameOfReference);
  return others.flatMap((mark) => {
    const { space } = mark;
    if (!space || !plane) return [];
    const lines = linesOf(mark).map((line) => line.map((point) => toPatient(space, point)));
    const flat = lines.flat().every((point) => Math.abs(dot(minus(point, plane.origin), plane.normal)) < 0.3);
    if (flat && lines.length > 0)
      return lines.map((line, at) => (
        <polyline
          key={`${mark.id} ${at}`}
          className={classes.line}
          data-lies
          points={line
            .map((point) => view.patientToCanvas(point)?.join() ?? '')
            .filter(Boolean)
            .join(' ')}
        />
      ));
    return piercings(lines, plane).flatMap((point, at) => {
      const place = view.patientToCanvas(point);
      return place
        ? [
            <circle
              key={`${mark.id} ${at}`}
              className={classes.pierced}
              data-pierced
              cx={place[0]}
              cy={place[1]}
              r={4}
            />,
          ]
        : [];
    });
  });
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
