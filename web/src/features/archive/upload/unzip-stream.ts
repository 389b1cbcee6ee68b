import { Unzip, UnzipInflate, type UnzipFile } from 'fflate';
import { isJunk } from './collect';

export type ToWorker = { type: 'open'; blob: Blob } | { type: 'next' };
export type FromWorker =
  | { type: 'file'; path: string; blob: Blob }
  | { type: 'skip'; path: string; reason: string }
  | { type: 'end' }
  | { type: 'error'; reason: string };

/** A member may unpack to this many times the size of the whole ZIP: real images stay far below. */
const HIGHEST_RATIO = 200;
const BOMB = 'This ZIP unpacks to far more than images ever do. It was not opened further.';
const ALWAYS_ALLOWED = 64_000_000;
/** Packed bytes read at once; deflate makes at most about 1000 times as many of them. */
const SLICE = 128_000;

/**
 * Unpack a ZIP of any size in slices; each member is delivered and awaited before more is read.
 *
 * Throws with words for a person when the ZIP is broken or unpacks beyond reason.
 */
export async function unzipInto(
  zip: Blob,
  deliver: (message: FromWorker) => Promise<void>,
  allowed = ALWAYS_ALLOWED,
): Promise<void> {
  const done: FromWorker[] = [];
  const limit = Math.max(allowed, zip.size * HIGHEST_RATIO);
  let unpacked = 0;
  const unzip = new Unzip((file) => {
    if (file.name.endsWith('/') || isJunk(file.name)) return;
    gather(
      file,
      (message) => done.push(message),
      (size) => (unpacked += size) <= limit,
    );
  });
  unzip.register(UnzipInflate);

  for (let at = 0; at < zip.size; at += SLICE) {
    const slice = new Uint8Array(await zip.slice(at, at + SLICE).arrayBuffer());
    unzip.push(slice, at + SLICE >= zip.size);
    if (unpacked > limit) throw new Error(BOMB);
    for (const message of done.splice(0)) await deliver(message);
  }
}

/** Collect one member; the browser may move finished blobs to disk. */
function gather(
  file: UnzipFile,
  emit: (message: FromWorker) => void,
  hasRoom: (size: number) => boolean,
): void {
  const parts: Blob[] = [];
  file.ondata = (error, chunk, final): void => {
    if (error) {
      emit({ type: 'skip', path: file.name, reason: 'This member of the ZIP is damaged' });
      return;
    }
    if (!hasRoom(chunk.length)) return;
    parts.push(new Blob([chunk as Uint8Array<ArrayBuffer>]));
    if (final) emit({ type: 'file', path: file.name, blob: new Blob(parts) });
  };
  try {
    file.start();
  } catch {
    emit({
      type: 'skip',
      path: file.name,
      reason: 'This member is encrypted or packed in a way browsers cannot read',
    });
  }
}
