import { cache, init as initCore, RenderingEngine, volumeLoader } from '@cornerstonejs/core';
import { cornerstoneStreamingImageVolumeLoader } from '@cornerstonejs/core/loaders';
import { init as initLoader, wadors } from '@cornerstonejs/dicom-image-loader';
import type { DataSet } from '@/api/dicomjson';
import { cacheBytes, onPhone } from './device';
import { Line } from './line';

const MOST_WORKERS = 4;
const ENGINE = 'sixfold';

let booted: Promise<void> | null = null;
let engine: RenderingEngine | null = null;

async function start(): Promise<void> {
  const line = new Line();
  // One drawing context on a phone, where each costs memory; elsewhere the engine keeps a few.
  await initCore({ isMobile: onPhone() } as never);
  initLoader({
    maxWebWorkers: Math.min(MOST_WORKERS, Math.max(1, (navigator.hardwareConcurrency || 2) - 1)),
    beforeSend: (_, imageId) =>
      Promise.resolve({ Accept: line.acceptFor(wadors.metaDataManager.get(imageId) as DataSet | undefined) }),
  });
  volumeLoader.registerUnknownVolumeLoader(cornerstoneStreamingImageVolumeLoader as never);
  cache.setMaxCacheSize(cacheBytes());
}

/** Start loading and decoding of images, once for the page; a failed start may be tried again. */
export function boot(): Promise<void> {
  booted ??= start().catch((error: unknown) => {
    booted = null;
    throw error;
  });
  return booted;
}

/** The one engine that cuts planes through volumes, made when the first is cut; `boot` comes before. */
export function renderingEngine(): RenderingEngine {
  engine ??= new RenderingEngine(ENGINE);
  return engine;
}
