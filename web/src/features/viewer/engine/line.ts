import { number, TAG, text, type DataSet } from '@/api/dicomjson';
import { isNative } from './pictures/native';

/*
 * Frames that a reader waits for are asked for as they are stored, unless the line is so slow that compressing them without loss
 * (HTJ2K) and decompressing them here takes less time than the bytes that it spares. What comes ahead is always asked for
 * compressed: nobody waits for it, and the line is shared. What is stored compressed comes so.
 */

/** What the browser notes of an answer (W3C Resource Timing); times in milliseconds. */
export interface Noted {
  transferSize: number;
  responseStart: number;
  responseEnd: number;
}

/** One part: its bytes lie as they come, and the content type names the transfer syntax (PS3.18 8.7.3.5.2). */
const AS_STORED = 'application/octet-stream; transfer-syntax=*';
const HTJ2K_RPCL = '1.2.840.10008.1.2.4.202';
const COMPRESSED = `image/jphc; transfer-syntax=${HTJ2K_RPCL}, ${AS_STORED}; q=0.5`;
/** Not compressed, made by the server. */
export const NATIVE = 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1';
/** Bytes a second: 300 kB of a CT's 512 kB are spared, for about 25 ms of work on both sides. */
const SLOW = 12_000_000;
/** Answers that are shorter tell more of the way to the server than of the line. */
const OF_SIZE = 32_768;
const MOST_NOTED = 40;

/**
 * Bytes a second that came while any answer of size was under way, or for the quickest of them if that is more: a page that is
 * busy reads slowly, and that is not the line's fault. Null when there was none.
 */
export function rateOf(noted: readonly Noted[]): number | null {
  const some = noted
    .filter(({ transferSize }) => transferSize >= OF_SIZE)
    .sort((a, b) => a.responseStart - b.responseStart);
  let [bytes, busy, until, quickest] = [0, 0, -Infinity, 0];
  for (const { transferSize, responseStart, responseEnd } of some) {
    bytes += transferSize;
    busy += Math.max(0, responseEnd - Math.max(responseStart, until));
    until = Math.max(until, responseEnd);
    quickest = Math.max(quickest, (transferSize * 1000) / Math.max(responseEnd - responseStart, 1));
  }
  return some.length > 0 ? Math.max(quickest, (bytes * 1000) / Math.max(busy, 1)) : null;
}

/** The Accept field for a frame (PS3.18 8.7.3) on a line of so many bytes a second. */
export const acceptAt = (rate: number | null): string =>
  rate !== null && rate < SLOW ? COMPRESSED : AS_STORED;

const isCompressed = (dataSet: DataSet | undefined): boolean => {
  const stored = text(dataSet, TAG.AvailableTransferSyntaxUID);
  return stored !== null && !isNative(stored);
};

/** Watches the answers that come to a page. */
export class Line {
  #noted: Noted[] = [];

  constructor() {
    if (typeof PerformanceObserver === 'undefined') return;
    new PerformanceObserver((list) => {
      this.note(list.getEntries() as PerformanceResourceTiming[]);
    }).observe({ type: 'resource', buffered: true });
  }

  /** Take further answers into account; only the latest count. */
  note(entries: readonly Noted[]): void {
    this.#noted = [...this.#noted, ...entries.filter(({ transferSize }) => transferSize >= OF_SIZE)].slice(
      -MOST_NOTED,
    );
  }

  /** The Accept field for a frame; colours come as they are stored, or nobody could tell how the compressed ones are coded. */
  acceptFor(dataSet: DataSet | undefined, ahead = false): string {
    if (number(dataSet, TAG.SamplesPerPixel) !== 1 || isCompressed(dataSet)) return AS_STORED;
    return ahead ? COMPRESSED : acceptAt(rateOf(this.#noted));
  }
}

/** The line of this page. */
export const line = new Line();
