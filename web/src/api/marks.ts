import { queryOptions } from '@tanstack/react-query';
import { getJson, request, sendJson } from './client';
import type { Shapes } from './types';

/** What is said of a study's images, as DICOM objects keep it. Points are [column, row], (0.5, 0.5) the first pixel's centre. */
export type Marks = Shapes['Marks'];
export type Measurements = Shapes['Measurements'];
export type KeptMark = Shapes['Mark'];
export type KeptKind = KeptMark['kind'];
export type KeyImages = Shapes['KeyImages'];
export type ImageRef = Shapes['ImageRef'];
export type PresentationState = Shapes['Presentation'];
export type Segmentation = Shapes['Segmentation'];
export type Code = KeyImages['title'];
export type Value = NonNullable<KeptMark['values']>[number];
export type NewMark = Partial<Shapes['NewMark']> & Pick<Shapes['NewMark'], 'kind' | 'points'>;
export type Saved = Shapes['Saved'];

type Sent<Body> = Partial<Body> & { id: string };

const of = (study: string): string => `api/viewer/studies/${study}`;

/** Everything that is said of a study. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const marksQuery = (study: string) =>
  queryOptions({
    queryKey: ['marks', study],
    queryFn: ({ signal }) => getJson<Marks>(`${of(study)}/marks`, undefined, signal),
    staleTime: 30_000,
  });

/** What key images may be for. */
export const titlesQuery = queryOptions({
  queryKey: ['key-image-titles'],
  queryFn: ({ signal }) => getJson<Code[]>('api/viewer/key-image-titles', undefined, signal),
  staleTime: Infinity,
});

/** Sent again with the same `id`, nothing is kept twice. */
export const saveMeasurements = (
  study: string,
  body: { id: string; measurements: NewMark[]; replaces?: string },
): Promise<Saved> => sendJson('POST', `${of(study)}/measurements`, body);

export const saveKeyImages = (study: string, body: Sent<Shapes['NewKeyImages']>): Promise<Saved> =>
  sendJson('POST', `${of(study)}/key-images`, body);

export const savePresentation = (study: string, body: Sent<Shapes['NewPresentation']>): Promise<Saved> =>
  sendJson('POST', `${of(study)}/presentations`, body);

/** Reversible: the archive only hides it. Of a report with `version` only this one: the one before is shown again. */
export const takeBack = (study: string, object: string, version = false): Promise<void> =>
  sendJson('DELETE', `${of(study)}/marks/${object}${version ? '?version=true' : ''}`);

/** Show again what was taken back. */
export const giveBack = (study: string, object: string): Promise<void> =>
  sendJson('POST', `${of(study)}/marks/${object}/restore`);

/** Bytes of one mask: a bit a pixel, or whole values. */
export const maskBytes = ({ form, rows, columns, bits }: Segmentation): number =>
  form === 'BINARY' && bits === 1
    ? Math.ceil((rows * columns) / 8)
    : (rows * columns * Math.max(8, bits)) / 8;

/** Masks of a segmentation, frame behind frame, each of `maskBytes`. */
export async function fetchMasks(study: string, segmentation: Segmentation): Promise<Uint8Array> {
  const { object, frames } = segmentation;
  const each = maskBytes(segmentation);
  const all = new Uint8Array(each * (frames?.length ?? 0));
  for (let at = 0; at < all.length;) {
    const query = new URLSearchParams({ first: String(at / each + 1) });
    const response = await request(`${of(study)}/segmentations/${object}/masks`, {}, query);
    const part = new Uint8Array(await response.arrayBuffer());
    if (part.length === 0 || part.length % each !== 0) break;
    all.set(part.subarray(0, all.length - at), at);
    at += part.length;
  }
  return all;
}
