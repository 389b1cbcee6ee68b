import { request } from '@/api/client';
import { frameAddress, type Series } from '@/api/series';
import type { Frame } from '../../frames';
import { line, NATIVE } from '../line';
import { Crew } from './crew';
import { shaped } from './colours';
import { describe } from './described';
import { isNative, nativePixels } from './native';
import { comesByResolution, inParts, type OnPart } from './parts';
import type { Picture } from './picture';
import { PictureStore } from './store';

/* Frames as pictures: fetched, decoded and kept for this page. */

export type { Picture, Pixels } from './picture';

type Place = Pick<Series, 'studyUid' | 'uid'>;

const crew = new Crew();
export const pictures = new PictureStore();

const keyOf = (series: Place, { instanceUid, frame }: Frame): string =>
  frameAddress(series, instanceUid, frame);

interface Answer {
  bytes: Uint8Array;
  syntax: string;
}

/** Told of a smaller picture of a frame whose bytes still come. */
export type OnCoarse = (coarse: Picture) => void;

async function fetched(
  address: string,
  accept: string,
  ahead: boolean,
  onBytes?: (syntax: string) => OnPart | null,
): Promise<Answer> {
  const response = await request(address, { headers: { Accept: accept }, priority: ahead ? 'low' : 'high' });
  const told = /transfer-syntax="?([0-9.]+)/.exec(response.headers.get('content-type') ?? '');
  const syntax = told?.[1] ?? '1.2.840.10008.1.2.1';
  const onPart = onBytes?.(syntax) ?? null;
  return { bytes: await inParts(response, onPart), syntax };
}

async function brought(series: Place, frame: Frame, ahead: boolean, onCoarse?: OnCoarse): Promise<Picture> {
  const [address, described] = [keyOf(series, frame), describe(frame.dataSet)];
  let told = 0; // columns of the largest so far: workers may overtake each other
  const tell = (coarse: Picture): void => {
    if (coarse.columns <= told) return;
    told = coarse.columns;
    onCoarse?.(coarse);
  };
  const coarsely = (syntax: string): OnPart | null =>
    onCoarse && comesByResolution(syntax)
      ? (part, halvings) => {
          crew.decode(part, described, syntax, halvings).then(tell, () => undefined); // the whole still comes
        }
      : null;
  const accept = line.acceptFor(frame.dataSet, ahead);
  const { bytes, syntax } = await fetched(address, accept, ahead, coarsely);
  if (isNative(syntax)) return shaped(nativePixels(bytes, described, syntax), described, false);
  try {
    const whole = await crew.decode(bytes, described, syntax);
    told = Infinity;
    return whole;
  } catch (error) {
    // The server knows more decoders than a browser.
    const plain = await fetched(address, NATIVE, ahead).catch(() => null);
    if (!plain || !isNative(plain.syntax)) throw error;
    return shaped(nativePixels(plain.bytes, described, plain.syntax), described, false);
  }
}

/** A frame with its pixels, from memory or from the archive; on a slow line `onCoarse` is told of smaller ones meanwhile. */
export const loadPicture = (series: Place, frame: Frame, onCoarse?: OnCoarse): Promise<Picture> =>
  pictures.get(keyOf(series, frame), () => brought(series, frame, false, onCoarse));

/** The same while nobody waits for it yet. */
export const loadAhead = (series: Place, frame: Frame): Promise<Picture> =>
  pictures.get(keyOf(series, frame), () => brought(series, frame, true));

/** A frame that is here already. */
export const pictureOf = (series: Place, frame: Frame): Picture | undefined =>
  pictures.peek(keyOf(series, frame));
