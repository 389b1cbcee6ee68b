import { request } from './client';
import type { Element } from './dicomjson';

/** Bytes of an InlineBinary (PS3.18 F.2.7). */
export const inlineBytes = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** The bytes of a binary value, from the metadata or by their address; none when there is neither. */
export async function binaryOf(
  { InlineBinary: inline, BulkDataURI: uri }: Element,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (inline !== undefined) return inlineBytes(inline);
  if (uri === undefined) return new Uint8Array();
  const path = new URL(uri, document.baseURI);
  // Only our own archive is asked, whatever address an object brings.
  const local = `${path.pathname}${path.search}`.slice(new URL('.', document.baseURI).pathname.length);
  const init: RequestInit = { headers: { Accept: 'application/octet-stream' } };
  if (signal) init.signal = signal;
  return new Uint8Array(await (await request(local, init)).arrayBuffer());
}
