import { request } from '@/api/client';
import { frameAddress, type Series } from '@/api/series';
import type { Frame } from '../../frames';
import { line, NATIVE } from '../line';
import { Crew } from './crew';
import { shaped } from './colours';
import { describe } from './described';
import { isNative, nativePixels } from './native';
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

async function fetched(address: string, accept: string, ahead: boolean): Promise<Answer> {
  const response = await request(address, { headers: { Accept: accept }, priority: ahead ? 'low' : 'high' });
  const told = /transfer-syntax="?([0-9.]+)/.exec(response.headers.get('content-type') ?? '');
  return { bytes: new Uint8Array(await response.arrayBuffer()), syntax: told?.[1] ?? '1.2.840.10008.1.2.1' };
}

async function brought(series: Place, frame: Frame, ahead: boolean): Promise<Picture> {
  const [address, described] = [keyOf(series, frame), describe(frame.dataSet)];
  const { bytes, syntax } = await fetched(address, line.acceptFor(frame.dataSet), ahead);
  if (isNative(syntax)) return shaped(nativePixels(bytes, described, syntax), described, false);
  try {
    return await crew.decode(bytes, described, syntax);
  } catch (error) {
    // The server knows more decoders than a browser.
    const plain = await fetched(address, NATIVE, ahead).catch(() => null);
    if (!plain || !isNative(plain.syntax)) throw error;
    return shaped(nativePixels(plain.bytes, described, plain.syntax), described, false);
  }
}

/** A frame with its pixels, from memory or from the archive; `ahead` when nobody waits for it yet. */
export const loadPicture = (series: Place, frame: Frame, ahead = false): Promise<Picture> =>
  pictures.get(keyOf(series, frame), () => brought(series, frame, ahead));

/** A frame that is here already. */
export const pictureOf = (series: Place, frame: Frame): Picture | undefined =>
  pictures.peek(keyOf(series, frame));
