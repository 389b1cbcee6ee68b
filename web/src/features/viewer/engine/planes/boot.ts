import { cache, imageLoader, init, metaData, RenderingEngine, volumeLoader } from '@cornerstonejs/core';
import { cornerstoneStreamingImageVolumeLoader } from '@cornerstonejs/core/loaders';
import { cacheBytes, onPhone } from '../device';
import { loadSlice, SCHEME, tellOf } from './slices';

const ENGINE = 'sixfold';

let booted: Promise<void> | null = null;
let engine: RenderingEngine | null = null;

async function start(): Promise<void> {
  // One drawing context on a phone, where each costs memory; elsewhere the engine keeps a few.
  await init({ isMobile: onPhone() } as never);
  imageLoader.registerImageLoader(SCHEME, loadSlice as never);
  metaData.addProvider(tellOf);
  volumeLoader.registerUnknownVolumeLoader(cornerstoneStreamingImageVolumeLoader as never);
  cache.setMaxCacheSize(cacheBytes());
}

/** Start the engine that cuts planes, once for the page; a failed start may be tried again. */
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
