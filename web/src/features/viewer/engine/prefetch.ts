import { cache } from '@cornerstonejs/core';
import { loadImage } from './loading';
import { nextOf } from './order';

const AT_ONCE = 6;
/** Leave room in the cache for what the reader opens next. */
const SHARE_OF_CACHE = 0.7;

export interface Prefetch {
  /** The reader went to another image: what lies that way comes first. */
  moved: (index: number, step: number) => void;
  stop: () => void;
}

/** Load a stack in the background, nearest images first, so many at once and no more than the memory bears. */
export function prefetch(imageIds: string[], start: number, onLoaded: (loaded: number) => void): Prefetch {
  const waiting = new Set(imageIds.keys());
  let [place, step] = [start, 0];
  let stopped = false;
  let loaded = 0;

  const worker = async (): Promise<void> => {
    while (!stopped) {
      const index = nextOf(waiting, place, step);
      if (index === null || cache.getCacheSize() > cache.getMaxCacheSize() * SHARE_OF_CACHE) return;
      waiting.delete(index);
      try {
        await loadImage(imageIds[index] ?? '', true);
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
