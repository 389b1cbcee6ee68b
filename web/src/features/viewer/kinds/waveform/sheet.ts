import { toMillivolts, type Channel, type Multiplex } from './model';

/** How a tracing is put on paper; an ECG is read at 25 mm/s and 10 mm/mV. */
export interface Paper {
  /** Millimetres a second. */
  speed: number;
  /** Millimetres a millivolt. */
  gain: number;
  /** CSS pixels a millimetre: 96 an inch at size 1. */
  pixels: number;
}

export const CSS_PIXELS_PER_MM = 96 / 25.4;
export const SPEEDS = [12.5, 25, 50];
export const GAINS = [5, 10, 20];

/** One stretch of a channel at a place of the sheet, in millimetres. */
export interface Strip {
  channel: Channel;
  /** Of its baseline. */
  y: number;
  x: number;
  /** Seconds of the recording. */
  from: number;
  to: number;
  /** Millimetres a unit. */
  scale: number;
  /** Value on the baseline. */
  zero: number;
}

export interface Sheet {
  strips: Strip[];
  width: number;
  height: number;
}

const ROW = 26;
const TOP = 18;
/** Height that a channel which is no voltage takes, from least to most. */
const FULL = 20;

const STANDARD = [
  ['I', 'aVR', 'V1', 'V4'],
  ['II', 'aVL', 'V2', 'V5'],
  ['III', 'aVF', 'V3', 'V6'],
];
const COLUMN_SECONDS = 2.5;

const secondsOf = ({ samples, frequency }: Multiplex): number => samples / frequency;

/** Whether it can be put in the four columns that cardiologists know: twelve leads and ten seconds. */
export function isTwelveLead(multiplex: Multiplex): boolean {
  const names = new Set(multiplex.channels.map(({ name }) => name.toLowerCase()));
  return (
    secondsOf(multiplex) >= 4 * COLUMN_SECONDS &&
    STANDARD.flat().every((name) => names.has(name.toLowerCase()))
  );
}

/** Scale and zero of a channel: voltages share the gain; others fill their row. */
function scaleOf(channel: Channel, gain: number): { scale: number; zero: number } {
  const millivolts = toMillivolts(channel.unit);
  if (millivolts !== null) return { scale: gain * millivolts, zero: 0 };
  let [least, most] = [Infinity, -Infinity];
  for (const value of channel.values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const span = most - least;
  return Number.isFinite(span) && span > 0
    ? { scale: FULL / span, zero: (least + most) / 2 }
    : { scale: 1, zero: Number.isFinite(least) ? least : 0 };
}

/** All channels below each other, from their beginning to their end. */
export function stacked(multiplex: Multiplex, { speed, gain }: Paper): Sheet {
  const to = secondsOf(multiplex);
  const strips = multiplex.channels.map((channel, row): Strip => ({
    channel,
    x: 0,
    y: TOP + row * ROW,
    from: 0,
    to,
    ...scaleOf(channel, gain),
  }));
  return { strips, width: to * speed, height: TOP * 2 + (strips.length - 1) * ROW };
}

/** Three rows of four leads, 2.5 seconds each, and the rhythm of lead II below. */
export function inColumns(multiplex: Multiplex, { speed, gain }: Paper): Sheet {
  const find = (name: string): Channel | undefined =>
    multiplex.channels.find((channel) => channel.name.toLowerCase() === name.toLowerCase());
  const strips = STANDARD.flatMap((row, line) =>
    row.flatMap((name, column): Strip[] => {
      const channel = find(name);
      const from = column * COLUMN_SECONDS;
      if (!channel) return [];
      return [
        {
          channel,
          x: from * speed,
          y: TOP + line * ROW,
          from,
          to: from + COLUMN_SECONDS,
          ...scaleOf(channel, gain),
        },
      ];
    }),
  );
  const rhythm = find('II');
  const end = 4 * COLUMN_SECONDS;
  if (rhythm)
    strips.push({ channel: rhythm, x: 0, y: TOP + 3 * ROW, from: 0, to: end, ...scaleOf(rhythm, gain) });
  return { strips, width: end * speed, height: TOP * 2 + 3 * ROW };
}

/** What lies between two places of the sheet, in millimetres. */
export interface Caliper {
  seconds: number;
  /** Beats a minute if the distance is one beat. */
  rate: number;
  /** In the unit of the channel whose row it began in; null between rows of other units. */
  amplitude: number | null;
  unit: string;
}

export function caliper(
  sheet: Sheet,
  paper: Paper,
  [ax, ay]: [number, number],
  [bx, by]: [number, number],
): Caliper {
  const seconds = Math.abs(bx - ax) / paper.speed;
  const strip = [...sheet.strips].sort((a, b) => Math.abs(a.y - ay) - Math.abs(b.y - ay))[0];
  return {
    seconds,
    rate: seconds > 0 ? 60 / seconds : NaN,
    amplitude: strip ? Math.abs(by - ay) / strip.scale : null,
    unit: strip?.channel.unit ?? '',
  };
}
