import type { DataSet } from '@/api/dicomjson';
import type { UploadFile, UploadState } from './model';
import { otherFailures, verdicts } from './stow';

export const BATCH_BYTES = 16_000_000;
export const BATCH_FILES = 64;

/** A file that has shown itself to be DICOM, with its SOP Instance UID when that could be read. */
export interface Ready {
  file: UploadFile;
  blob: Blob;
  uid: string | null;
}

/** Take the next files up to a batch's bounds; a single larger file goes alone. */
export function takeBatch(waiting: UploadFile[]): UploadFile[] {
  let bytes = 0;
  let count = 0;
  for (const file of waiting) {
    if (count > 0 && (bytes + file.size > BATCH_BYTES || count >= BATCH_FILES)) break;
    bytes += file.size;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Share the progress of a request among its files, in the order in which they leave. */
export function spread(ready: Ready[], sent: number, of: number): void {
  const payload = ready.reduce((sum, { file }) => sum + file.size, 0);
  let left = of > 0 ? payload * Math.min(1, sent / of) : 0;
  for (const { file } of ready) {
    file.sent = Math.min(file.size, left);
    left -= file.sent;
  }
}

/** What the answer says about each file of the request that is still under way. */
export function judge(
  ready: Ready[],
  answer: DataSet,
): Map<UploadFile, { state: UploadState; reason: string | null }> {
  const byUid = verdicts(answer);
  const others = otherFailures(answer);
  const outcome: ReturnType<typeof judge> = new Map();
  for (const { file, uid } of ready) {
    if (file.state !== 'sending') continue;
    const verdict = uid === null ? [...byUid.values()][0] : byUid.get(uid);
    outcome.set(file, {
      state: verdict?.state ?? 'refused',
      reason: verdict ? verdict.reason : (others.shift() ?? 'The answer does not mention this file'),
    });
  }
  return outcome;
}
