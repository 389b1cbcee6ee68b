import { TAG, text } from '@/api/dicomjson';
import type { ImagePoint } from '../engine/view';
import type { Frame } from '../frames';
import type { Mark, MarkKind } from './mark';
import type { Sampled } from './sampling';
import {
  areaOf,
  angleOf,
  aroundOf,
  cobbOf,
  ellipseArea,
  ellipseOf,
  inEllipse,
  inOutline,
  lengthOf,
} from './shapes';
import { scaleOf, type Scale } from './spacing';
import { statisticsOf, valueAt, type Values } from './statistics';
import { suvFactor } from './suv';

/** One value of a mark. Units are UCUM where there is one: mm, mm2, deg, [hnsf'U], Bq/ml, g/ml{SUVbw}, s, cm/s, Hz, 1. */
export interface Quantity {
  name: string;
  value: number;
  unit: string;
}

/** What a mark says: its values, and what the reader must know of them. */
export interface Measured {
  quantities: Quantity[];
  /** Where lengths are true, why there is no SUV; empty when nothing needs saying. */
  notes: string[];
}

const AREA_UNITS: Partial<Record<string, string>> = { mm: 'mm2', px: 'px2' };

/** All that a mark measures on its image; `values` are its pixels once they are loaded. */
export function measured(mark: Pick<Mark, 'kind' | 'points'>, frame: Frame, values: Values | null): Measured {
  const scale = scaleOf(frame, mark.points);
  const quantities = [...geometry(mark, scale), ...pixels(mark, frame, values)];
  const notes = quantities.some(({ unit }) => /^(mm|px)/.test(unit)) && scale.said ? [scale.said] : [];
  if (values?.unit === 'Bq/ml' && quantities.some(({ unit }) => unit === 'Bq/ml')) {
    const suv = suvFactor(frame.dataSet);
    if ('reason' in suv) notes.push(`no SUV: ${suv.reason}`);
  }
  return { quantities: quantities.filter(({ value }) => Number.isFinite(value)), notes };
}

/** A mark in space: its points are mm already, its values those of the plane through the volume. */
export function measuredInSpace(
  { kind, points }: Pick<Mark, 'kind' | 'points'>,
  frame: Frame,
  values: Sampled | null,
): Measured {
  const [place] = points;
  const found =
    values && kind === 'probe' && place
      ? inUnits([{ name: 'Value', value: values.at(place), unit: values.values.unit }], frame)
      : values && hasArea(kind)
        ? pixels({ kind, points: points.map(values.toGrid) }, frame, values.values)
        : [];
  const quantities = [...geometry({ kind, points }, IN_SPACE), ...found];
  return { quantities: quantities.filter(({ value }) => Number.isFinite(value)), notes: [] };
}

const IN_SPACE: Scale = { column: 1, row: 1, units: ['mm', 'mm'], said: '', trusted: true };

type Points = [ImagePoint, ImagePoint, ImagePoint | undefined, ImagePoint | undefined];

const GEOMETRY: Partial<Record<MarkKind, (points: Points, scale: Scale) => Quantity[]>> = {
  length: ([a, b], scale) => distance('Length', a, b, scale),
  bidirectional: ([a, b, c, d], scale) => [
    ...distance('Long axis', a, b, scale),
    ...(c && d ? distance('Short axis', c, d, scale) : []),
  ],
  angle: ([a, b, c], scale) => (c ? [{ name: 'Angle', value: angleOf(a, b, c, scale), unit: 'deg' }] : []),
  cobb: ([a, b, c, d], scale) =>
    c && d ? [{ name: 'Cobb angle', value: cobbOf([a, b], [c, d], scale), unit: 'deg' }] : [],
};

function geometry({ kind, points }: Pick<Mark, 'kind' | 'points'>, scale: Scale): Quantity[] {
  const [a, b, c, d] = points;
  if (!a || !b) return [];
  return GEOMETRY[kind]?.([a, b, c, d], scale) ?? (hasArea(kind) ? areas(kind, points, scale) : []);
}

const hasArea = (kind: MarkKind): boolean =>
  kind === 'ellipse' || kind === 'rectangle' || kind === 'freehand';

/** A length, or how far along each axis where the axes mean different things. */
function distance(name: string, a: ImagePoint, b: ImagePoint, scale: Scale): Quantity[] {
  const [across, down] = scale.units;
  if (across === down) return [{ name, value: lengthOf(a, b, pixelStep(scale)), unit: across }];
  return [
    { name: 'Across', value: Math.abs(b[0] - a[0]) * scale.column, unit: across },
    { name: 'Down', value: Math.abs(b[1] - a[1]) * scale.row, unit: down },
  ];
}

/** In pixels a length counts pixels, whatever their shape. */
const pixelStep = (scale: Scale): { column: number; row: number } =>
  scale.units[0] === 'px' ? { column: 1, row: 1 } : scale;

function areas(kind: MarkKind, points: ImagePoint[], scale: Scale): Quantity[] {
  const unit = scale.units[0] === scale.units[1] ? AREA_UNITS[scale.units[0]] : undefined;
  if (!unit) return [];
  const step = pixelStep(scale);
  const ellipse = kind === 'ellipse' ? ellipseOf(points) : null;
  const area = { name: 'Area', value: ellipse ? ellipseArea(ellipse, step) : areaOf(points, step), unit };
  if (kind !== 'freehand') return [area];
  return [area, { name: 'Perimeter', value: aroundOf(points, step), unit: scale.units[0] }];
}

function pixels(
  { kind, points }: Pick<Mark, 'kind' | 'points'>,
  frame: Frame,
  values: Values | null,
): Quantity[] {
  if (!values) return [];
  const [place] = points;
  if (kind === 'probe' && place) {
    const value = valueAt(values, place);
    return value === null ? [] : inUnits([{ name: 'Value', value, unit: values.unit }], frame);
  }
  if (!hasArea(kind)) return [];
  const ellipse = kind === 'ellipse' ? ellipseOf(points) : null;
  const inside = (point: ImagePoint): boolean =>
    ellipse ? inEllipse(ellipse, point) : inOutline(points, point);
  const found = statisticsOf(values, ellipse ? bounds(points, ellipse) : points, inside);
  if (!found) return [];
  const { unit } = values;
  const all = [
    { name: 'Mean', value: found.mean, unit },
    { name: 'SD', value: found.deviation, unit },
    { name: 'Least', value: found.least, unit },
    { name: 'Most', value: found.most, unit },
  ];
  return [...inUnits(all, frame), { name: 'Pixels', value: found.count, unit: '1' }];
}

/** Corners of what an ellipse may reach, also one whose diameters are askew. */
function bounds(points: ImagePoint[], ellipse: NonNullable<ReturnType<typeof ellipseOf>>): ImagePoint[] {
  const { centre, first, second } = ellipse;
  const [x, y] = [Math.hypot(first[0], second[0]), Math.hypot(first[1], second[1])];
  return [...points, [centre[0] - x, centre[1] - y], [centre[0] + x, centre[1] + y]];
}

/** Activity as SUV too, where it can be told; SUV comes first, for it is what readers compare. */
function inUnits(quantities: Quantity[], { dataSet }: Frame): Quantity[] {
  if (text(dataSet, TAG.Modality) !== 'PT') return quantities;
  const suv = suvFactor(dataSet);
  if ('reason' in suv) return quantities;
  const asSuv = quantities.map(({ name, value }) => ({
    name: `SUV ${name.toLowerCase()}`,
    value: value * suv.factor,
    unit: 'g/ml{SUVbw}',
  }));
  return text(dataSet, TAG.Units) === 'GML' ? asSuv : [...asSuv, ...quantities];
}

const SHOWN: Record<string, string> = {
  mm2: 'mm²',
  px2: 'px²',
  deg: '°',
  "[hnsf'U]": 'HU',
  'g/ml{SUVbw}': '',
  '1': '',
};

/** "12.3 mm": three to four digits that count. */
export function wordsOf({ name, value, unit }: Quantity): string {
  const digits =
    unit === '1'
      ? 0
      : Math.abs(value) >= 1000
        ? 0
        : Math.abs(value) >= 100
          ? 1
          : unit.startsWith('g/ml')
            ? 2
            : 1;
  const shown = SHOWN[unit] ?? unit;
  const amount = value.toFixed(digits).replace(/^-(0(?:\.0+)?)$/, '$1');
  return `${name === 'Length' || name === 'Angle' ? '' : `${name} `}${amount}${shown === '°' ? '' : ' '}${shown}`.trim();
}
