import { wadors } from '@cornerstonejs/dicom-image-loader';
import { frameAddress, type Series } from '@/api/series';
import type { Frame } from '../frames';

/** Tell the loader about the frames of a series; gives their image ids in the same order. */
export function register(series: Series, frames: Frame[]): string[] {
  return frames.map(({ instanceUid, frame, dataSet }) => {
    const imageId = `wadors:${frameAddress(series, instanceUid, frame)}`;
    // The loader derives frames 2… of an instance from its first.
    if (frame === 1) wadors.metaDataManager.add(imageId, { ...dataSet } as never);
    return imageId;
  });
}
