import { cache, init as initCore, RenderingEngine, volumeLoader } from '@cornerstonejs/core';
import { cornerstoneStreamingImageVolumeLoader } from '@cornerstonejs/core/loaders';
import { init as initLoader } from '@cornerstonejs/dicom-image-loader';
import { cacheBytes, onPhone } from './device';
import { Line } from './line';

const MOST_WORKERS = 4;
const ENGINE = 'sixfold';

let booted: Promise<RenderingEngine> | null = null;

async function start(): Promise<RenderingEngine> {
  const line = new Line();
  // One drawing context on a phone, where each costs memory; elsewhere the engine keeps a few.
  await initCore({ isMobile: onPhone() } as never);
  initLoader({
    maxWebWorkers: Math.min(MOST_WORKERS, Math.max(1, (navigator.hardwareConcurrency || 2) - 1)),
    beforeSend: () => Promise.resolve({ Accept: line.accept }),
  });
  volumeLoader.registerUnknownVolumeLoader(cornerstoneStreamingImageVolumeLoader as never);
  cache.setMaxCacheSize(cacheBytes());
  return new RenderingEngine(ENGINE);
}

/** The one image engine of the page, started when first asked for; a failed start may be tried again. */
export function boot(): Promise<RenderingEngine> {
  booted ??= start().catch((error: unknown) => {
    booted = null;
    throw error;
  });
  return booted;
}
