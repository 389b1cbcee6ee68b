import { cache, init as initCore } from '@cornerstonejs/core';
import { init as initLoader } from '@cornerstonejs/dicom-image-loader';
import {
  addTool,
  init as initTools,
  LengthTool,
  PanTool,
  StackScrollTool,
  WindowLevelTool,
  ZoomTool,
} from '@cornerstonejs/tools';

const MOST_WORKERS = 4;
const CACHE_BYTES = 1_000_000_000;

let booted: Promise<void> | null = null;

async function start(): Promise<void> {
  await initCore();
  initLoader({
    maxWebWorkers: Math.min(MOST_WORKERS, Math.max(1, (navigator.hardwareConcurrency || 2) - 1)),
  });
  initTools();
  for (const tool of [WindowLevelTool, ZoomTool, PanTool, StackScrollTool, LengthTool]) addTool(tool);
  cache.setMaxCacheSize(CACHE_BYTES);
}

/** Start the image engine once for the page; a failed start may be tried again. */
export function boot(): Promise<void> {
  booted ??= start().catch((error: unknown) => {
    booted = null;
    throw error;
  });
  return booted;
}
