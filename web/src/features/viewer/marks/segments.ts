import { maskBytes, type Segmentation } from '@/api/marks';
import { unpacked } from './images';

/** Told apart with any colour vision (Okabe and Ito), for segments that recommend no colour. */
const COLOURS = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#cc79a7', '#d55e00', '#0072b2'];

export const colourOf = ({ colour, number }: { colour: string; number: number }): string =>
  colour || (COLOURS[(number - 1) % COLOURS.length] ?? '#e69f00');

/** What a segment covers of an image: 0 nothing to 255 all. */
export interface Covered {
  number: number;
  cells: Uint8Array;
}

type Masked = Pick<Segmentation, 'form' | 'most' | 'rows' | 'columns' | 'bits' | 'frames' | 'object'>;

/** The segments on one image, those that are hidden left out. */
export function coveredOn(
  segmentation: Masked,
  masks: Uint8Array,
  sop: string,
  frame: number,
  hidden: ReadonlySet<number>,
): Covered[] {
  const here = (segmentation.frames ?? []).filter((one) => one.sop_uid === sop && one.frame === frame);
  return here
    .flatMap(({ number, segment }) => cellsOf(segmentation, masks, number, segment))
    .filter(({ number }) => !hidden.has(number));
}

function cellsOf(segmentation: Masked, masks: Uint8Array, frame: number, segment: number): Covered[] {
  const { form, most, rows, columns, bits } = segmentation;
  const each = maskBytes(segmentation as Segmentation);
  const stored = masks.subarray((frame - 1) * each, frame * each);
  const count = rows * columns;
  if (form === 'BINARY' && bits === 1) {
    return [{ number: segment, cells: unpacked(stored, count).map((cell) => cell * 255) }];
  }
  const step = Math.max(1, bits / 8);
  if (form !== 'LABELMAP') {
    return [{ number: segment, cells: stored.map((value) => Math.min(255, (value * 255) / (most || 255))) }];
  }
  const labels = new Map<number, Uint8Array>();
  for (let at = 0; at < count; at++) {
    const label = (stored[at * step] ?? 0) | (step > 1 ? (stored[at * step + 1] ?? 0) << 8 : 0);
    if (label === 0) continue;
    let cells = labels.get(label);
    if (!cells) labels.set(label, (cells = new Uint8Array(count)));
    cells[at] = 255;
  }
  return [...labels].map(([number, cells]) => ({ number, cells }));
}

/** Paint a segment into RGBA pixels: its inside as opaque as asked, its edge wholly, so that it shows without its colour. */
export function paint(
  pixels: Uint8ClampedArray,
  { cells }: Covered,
  columns: number,
  colour: string,
  opacity: number,
): void {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  cells.forEach((cell, at) => {
    if (cell === 0) return;
    pixels.set(
      [red ?? 0, green ?? 0, blue ?? 0, isInside(cells, columns, at) ? cell * opacity : 255],
      at * 4,
    );
  });
}

/** Whether the four neighbours of a pixel are covered too. */
function isInside(cells: Uint8Array, columns: number, at: number): boolean {
  const column = at % columns;
  if (column === 0 || column === columns - 1) return false;
  return [at - 1, at + 1, at - columns, at + columns].every((neighbour) => (cells[neighbour] ?? 0) > 0);
}

/** A place inside of a segment to write its number at: the middle of its longest row, of the middle one of such rows. */
export function labelPlace({ cells }: Covered, columns: number): [column: number, row: number] | null {
  let [longest, length] = [0, 0];
  let ends: number[] = [];
  cells.forEach((cell, at) => {
    if (at % columns === 0) length = 0;
    length = cell > 0 ? length + 1 : 0;
    if (length === 0 || length < longest) return;
    ends = length > longest ? [at] : [...ends, at];
    longest = length;
  });
  const end = ends[Math.floor(ends.length / 2)];
  if (end === undefined) return null;
  return [(end % columns) + 1 - longest / 2, Math.floor(end / columns) + 0.5];
}
