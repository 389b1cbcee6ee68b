import { wadors } from '@cornerstonejs/dicom-image-loader';
import { TAG, text, type DataSet } from '@/api/dicomjson';
import { frameAddress, type Series } from '@/api/series';
import type { Frame } from '../frames';

/** What the engine calls an image. */
export const imageIdOf = (
  series: Series,
  { instanceUid, frame }: Pick<Frame, 'instanceUid' | 'frame'>,
): string => `wadors:${frameAddress(series, instanceUid, frame)}`;

/** Tell the loader about the frames of a series; gives their image ids in the same order. */
export function register(series: Series, frames: Frame[]): string[] {
  return frames.map((one) => {
    const imageId = imageIdOf(series, one);
    // The loader derives frames 2… of an instance from its first.
    if (one.frame === 1) wadors.metaDataManager.add(imageId, decodable(one.dataSet) as never);
    return imageId;
  });
}

/** What the decoder is told: of a palette it gives the indices, and their colours are ours. */
function decodable(dataSet: DataSet): DataSet {
  if (text(dataSet, TAG.PhotometricInterpretation) !== 'PALETTE COLOR') return { ...dataSet };
  return { ...dataSet, [TAG.PhotometricInterpretation]: { vr: 'CS', Value: ['MONOCHROME2'] } };
}
