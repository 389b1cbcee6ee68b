import type { Frame } from '../frames';
import { nextOf } from './order';
import { loadPicture, pictures } from './pictures';
import type { Series } from '@/api/series';

const AT_ONCE = 6;
/** Leave room in memory for what the reader opens next. */
const MOST_FULL = 0.7;

export interface Prefetch {
  /** The reader went to another image: what lies that way comes first. */
  moved: (index: number, step: number) => void;
  stop: () => void;
}

/** Load a stack in the background, nearest images first, so many at once and no more than the memory bears. */
export function prefetch(
  series: Series,
  frames: Frame[],
  start: number,
  onLoaded: (loaded: number) => void,
): Prefetch {
  const waiting = new Set(frames.keys());
  let [place, step] = [start, 0];
  let stopped = false;
  let loaded = 0;

  const worker = async (): Promise<void> => {
    while (!stopped) {
      const index = nextOf(waiting, place, step);
      const frame = index === null ? undefined : frames[index];
      if (index === null || !frame || pictures.fullness > MOST_FULL) return;
      waiting.delete(index);
      try {
        await loadPicture(series, frame, true);
        loaded += 1;
        if (!stopped) onLoaded(loaded);
      } catch {
        // The picture says why when the reader gets to it; the others still come.
      }
    }
  };
  for (let n = 0; n < AT_ONCE; n++) void worker();
  return {
    moved: (index, by) => {
      [place, step] = [index, by];
    },
    stop: () => {
      stopped = true;
    },
  };
}
