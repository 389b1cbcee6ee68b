import { cache, imageLoader } from '@cornerstonejs/core';
import { outwards } from './order';

const AT_ONCE = 4;
/** Leave room in the cache for what the reader opens next. */
const SHARE_OF_CACHE = 0.7;

/** Load a stack in the background, nearest images first. Gives the stop function. */
export function prefetch(imageIds: string[], start: number, onLoaded: (loaded: number) => void): () => void {
  const waiting = outwards(imageIds.length, start);
  let stopped = false;
  let loaded = 0;

  const worker = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined && !stopped; index = waiting.shift()) {
      if (cache.getCacheSize() > cache.getMaxCacheSize() * SHARE_OF_CACHE) return;
      try {
        await imageLoader.loadAndCacheImage(imageIds[index] ?? '', {
          priority: 5,
          requestType: 'prefetch',
        } as never);
        loaded += 1;
        if (!stopped) onLoaded(loaded);
      } catch {
        // The picture says why when the reader gets to it; the others still come.
      }
    }
  };
  for (let n = 0; n < AT_ONCE; n++) void worker();
  return () => {
    stopped = true;
  };
}
