import { cache, imageLoader, type Types } from '@cornerstonejs/core';

/**
 * Rescaled values that the loader has cut off: where the least and the greatest of an image are whole, it keeps all of them in
 * whole numbers, also when the slope is not.
 */
function isCutOff(image: Types.IImage): boolean {
  const { rescaleSlope = 1, rescaleIntercept = 0 } = image.preScale?.scalingParameters ?? {};
  const whole = Number.isInteger(rescaleSlope) && Number.isInteger(rescaleIntercept);
  return Boolean(image.preScale?.scaled) && !whole && !(image.getPixelData() instanceof Float32Array);
}

/** An image with its decoded pixels, from the cache or by the loader; `ahead` when nobody waits for it yet. */
export async function loadImage(imageId: string, ahead = false): Promise<Types.IImage> {
  const options = ahead ? { priority: 5, requestType: 'prefetch' } : {};
  const image = (await imageLoader.loadAndCacheImage(imageId, options as never)) as Types.IImage;
  if (!isCutOff(image)) return image;
  cache.removeImageLoadObject(imageId);
  const asStored = { ...options, preScale: { enabled: false } };
  return (await imageLoader.loadAndCacheImage(imageId, asStored as never)) as Types.IImage;
}
