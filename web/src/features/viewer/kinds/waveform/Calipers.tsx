import { useRef, useState, type PointerEvent, type ReactElement } from 'react';
import { caliper, type Caliper, type Paper, type Sheet } from './sheet';
import classes from './waveform.module.css';

type Place = [x: number, y: number];

/** Drag over the tracing: how long, how fast, how high. */
export function Calipers({ sheet, paper }: { sheet: Sheet; paper: Paper }): ReactElement {
  const [ends, setEnds] = useState<[Place, Place] | null>(null);
  const [tapped, setTapped] = useState<Place | null>(null);
  const drawing = useRef(false);
  const at = ({ nativeEvent: { offsetX, offsetY } }: PointerEvent): Place => [offsetX, offsetY];
  const found = ends && caliper(sheet, paper, inMillimetres(ends[0], paper), inMillimetres(ends[1], paper));
  return (
    <svg
      className={classes.calipers}
      aria-label="Calipers: drag over the tracing"
      onPointerDown={(event) => {
        if (event.pointerType === 'touch' || event.button !== 0) return;
        drawing.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        setEnds([at(event), at(event)]);
      }}
      onPointerMove={(event) => {
        if (drawing.current) setEnds((now) => now && [now[0], at(event)]);
      }}
      onPointerUp={() => {
        drawing.current = false;
        setEnds((now) => (now && !isTap(now) ? now : null));
      }}
      onClick={(event) => {
        // Fingers scroll the sheet: they tap one end, then the other.
        if ((event.nativeEvent as globalThis.PointerEvent).pointerType !== 'touch') return;
        const { offsetX, offsetY } = event.nativeEvent;
        setTapped((first) => {
          if (first) setEnds([first, [offsetX, offsetY]]);
          return first ? null : [offsetX, offsetY];
        });
      }}
      onPointerCancel={() => {
        drawing.current = false;
        setEnds(null);
      }}
    >
      {tapped && <circle cx={tapped[0]} cy={tapped[1]} r={7} />}
      {ends && found && <Measured from={ends[0]} to={ends[1]} found={found} />}
    </svg>
  );
}

const isTap = ([[ax, ay], [bx, by]]: [Place, Place]): boolean => Math.abs(ax - bx) + Math.abs(ay - by) <= 4;

const inMillimetres = ([x, y]: Place, { pixels }: Paper): Place => [x / pixels, y / pixels];

export function wordsOf({ seconds, rate, amplitude, unit }: Caliper): string {
  const parts = [`${Math.round(seconds * 1000)} ms`];
  if (Number.isFinite(rate) && rate < 400) parts.push(`${Math.round(rate)}/min`);
  if (amplitude !== null) parts.push(`${amplitude.toPrecision(3)} ${unit}`.trim());
  return parts.join(' · ');
}

function Measured({ from, to, found }: { from: Place; to: Place; found: Caliper }): ReactElement {
  const [left, right] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
  const [top, bottom] = [Math.min(from[1], to[1]), Math.max(from[1], to[1])];
  return (
    <g>
      <rect x={left} y={top} width={right - left} height={bottom - top} />
      <line x1={left} x2={left} y1={top - 30} y2={bottom + 30} />
      <line x1={right} x2={right} y1={top - 30} y2={bottom + 30} />
      <text x={right + 8} y={Math.max(16, top - 8)}>
        {wordsOf(found)}
      </text>
    </g>
  );
}
