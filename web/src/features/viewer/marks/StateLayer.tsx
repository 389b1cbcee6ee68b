import { IconStarFilled } from '@tabler/icons-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { inlineBytes } from '@/api/binary';
import { number, TAG } from '@/api/dicomjson';
import type { PresentationState } from '@/api/marks';
import type { PaneLayer } from '../additions';
import type { CanvasPoint, ImagePoint, View } from '../engine/view';
import { placeOf } from '../measure/usePen';
import { useViewState } from '../reading';
import type { OpenPane } from '../room/panes';
import { useDesk, useDeskState } from './desk';
import { matrixOf, unpacked } from './images';
import { speaksOf } from './presenting';
import { useKeyImages } from './useKeyImages';
import classes from './marks.module.css';

/** What a presentation state writes over its images, and the sign of a key image. */
export const StateLayer: PaneLayer = ({ pane }) => {
  const desk = useDesk();
  const { state } = useDeskState();
  const { isKey } = useKeyImages();
  useViewState(pane.view);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      desk.sizes.set(pane.pane, [element.clientWidth, element.clientHeight]);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [desk, pane.pane]);
  const place = placeOf(pane);
  const frame = pane.view.frame();
  return (
    <div ref={box} className={classes.over}>
      {state && frame && speaksOf(state.images ?? [], frame) && <Bitmaps state={state} open={pane} />}
      {state && frame && speaksOf(state.images ?? [], frame) && <Written state={state} open={pane} />}
      {place && isKey(place) && (
        <p className={classes.key}>
          <IconStarFilled size={13} /> Key image
        </p>
      )}
    </div>
  );
};

function Written({
  state,
  open: { view },
}: {
  state: PresentationState;
  open: OpenPane;
}): ReactElement | null {
  const frame = view.frame();
  if (!frame) return null;
  const here = (state.annotations ?? []).filter(({ images }) => !images?.length || speaksOf(images, frame));
  const layers = new Map((state.layers ?? []).map(({ name, colour }) => [name, colour]));
  return (
    <svg className={classes.over} aria-label={`Presentation ${state.label}`} role="img">
      <Shutters state={state} view={view} />
      {here.map(({ layer, graphics, words }, at) => (
        <g key={at} className={classes.written} style={{ color: (layers.get(layer) ?? '') || undefined }}>
          {graphics?.map(({ type, points, units, filled }, n) => (
            <Drawn key={n} type={type} points={placed(view, points as ImagePoint[], units)} filled={filled} />
          ))}
          {words?.map(({ text, anchor, top_left: corner, units, anchor_units: anchorUnits }, n) => {
            const [point] = anchor
              ? placed(view, [anchor as ImagePoint], anchorUnits)
              : corner
                ? placed(view, [corner as ImagePoint], units)
                : [];
            return (
              point && (
                <text key={n} x={point[0]} y={point[1] + 14}>
                  {text}
                </text>
              )
            );
          })}
        </g>
      ))}
    </svg>
  );
}

/** Points of the image, or parts of its displayed area, in the pane. */
function placed(view: View, points: ImagePoint[], units: 'PIXEL' | 'DISPLAY'): CanvasPoint[] {
  const frame = view.frame();
  const columns = number(frame?.dataSet, TAG.Columns) ?? 1;
  const rows = number(frame?.dataSet, TAG.Rows) ?? 1;
  return points.flatMap(([x, y]): CanvasPoint[] => {
    const point = view.toCanvas(units === 'DISPLAY' ? [x * columns, y * rows] : [x, y]);
    return point ? [point] : [];
  });
}

/** The overlays of the state that one of its layers shows (PS3.3 C.11.7). */
function Bitmaps({ state, open }: { state: PresentationState; open: OpenPane }): ReactElement[] {
  const shown = (state.overlays ?? []).filter(({ layer }) => layer);
  return shown.map((overlay) => <Bitmap key={overlay.group} overlay={overlay} open={open} />);
}

type Overlay = NonNullable<PresentationState['overlays']>[number];

function Bitmap({ overlay, open: { view } }: { overlay: Overlay; open: OpenPane }): ReactElement | null {
  const canvas = useRef<HTMLCanvasElement>(null);
  useViewState(view);
  const { rows, columns, bits, origin } = overlay;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(columns, rows);
    const cells = unpacked(inlineBytes(bits), rows * columns);
    cells.forEach((cell, at) => {
      if (cell) image.data.set([255, 224, 138, 255], at * 4);
    });
    context.putImageData(image, 0, 0);
  }, [bits, rows, columns]);
  const frame = view.frame();
  const size = [TAG.Columns, TAG.Rows].map((tag) => number(frame?.dataSet, tag) ?? 0);
  const matrix = matrixOf(view, size[0] ?? 0, size[1] ?? 0);
  if (!matrix) return null;
  const [left = 1, upper = 1] = origin as number[];
  const transform = `${matrix} translate(${left - 1}px, ${upper - 1}px)`;
  return (
    <canvas ref={canvas} className={classes.segments} width={columns} height={rows} style={{ transform }} />
  );
}

interface DrawnProps {
  type: string;
  points: CanvasPoint[];
  filled: boolean;
}

function Drawn({ type, points, filled }: DrawnProps): ReactElement | null {
  const [a, b, c, d] = points;
  if (!a) return null;
  const fill = filled ? 'currentColor' : 'none';
  if (type === 'POINT') return <circle cx={a[0]} cy={a[1]} r={3} fill="currentColor" />;
  if (type === 'CIRCLE' && b)
    return <circle cx={a[0]} cy={a[1]} r={Math.hypot(b[0] - a[0], b[1] - a[1])} fill={fill} />;
  if (type === 'ELLIPSE' && b && c && d) {
    const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const turn = (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI;
    const [rx, ry] = [Math.hypot(b[0] - a[0], b[1] - a[1]) / 2, Math.hypot(d[0] - c[0], d[1] - c[1]) / 2];
    return <ellipse cx={x} cy={y} rx={rx} ry={ry} transform={`rotate(${turn} ${x} ${y})`} fill={fill} />;
  }
  return <polyline points={points.map((point) => point.join()).join(' ')} fill={fill} />;
}

/** All but what the shutters leave open is covered. */
function Shutters({ state, view }: { state: PresentationState; view: View }): ReactElement | null {
  const open = (state.shutters ?? []).flatMap(({ shape, points, radius }) => {
    const at = points as ImagePoint[];
    const [first, last] = at;
    if (shape === 'rectangular' && first && last)
      return [placed(view, [first, [last[0], first[1]], last, [first[0], last[1]]], 'PIXEL')];
    if (shape === 'circular' && first && radius) return [placed(view, around(first, radius), 'PIXEL')];
    return shape === 'polygonal' ? [placed(view, at, 'PIXEL')] : [];
  });
  if (open.length === 0) return null;
  const path = open.map((outline) => `M${outline.map((point) => point.join(' ')).join('L')}Z`).join('');
  return <path className={classes.shutter} d={`M-9999 -9999H99999V99999H-9999Z${path}`} />;
}

const around = ([x, y]: ImagePoint, radius: number): ImagePoint[] =>
  Array.from({ length: 64 }, (_, n) => [
    x + radius * Math.cos((n / 32) * Math.PI),
    y + radius * Math.sin((n / 32) * Math.PI),
  ]);
