/** How a file fares. `hidden`: kept before and rejected since. `aside`: kept, but not shown until someone decides, since it contradicts what is here. `refused` is the server's word, `failed` may work another time, `skipped` was never sent. */
export type UploadState =
  | 'waiting'
  | 'sending'
  | 'kept'
  | 'already'
  | 'hidden'
  | 'aside'
  | 'refused'
  | 'failed'
  | 'skipped'
  | 'cancelled';

export interface UploadFile {
  readonly id: number;
  /** Path as it was dropped; for ZIP members `archive.zip › inner/path`. */
  readonly path: string;
  readonly size: number;
  state: UploadState;
  sent: number;
  reason: string | null;
  /** Held only as long as it may still be sent. */
  blob: Blob | null;
}

export interface UploadSummary {
  files: number;
  bytes: number;
  sent: number;
  /** Files being read from folders or ZIPs still may come. */
  collecting: boolean;
  busy: boolean;
  counts: Record<UploadState, number>;
}

export function summarise(files: readonly UploadFile[], collecting: boolean): UploadSummary {
  const counts: UploadSummary['counts'] = {
    waiting: 0,
    sending: 0,
    kept: 0,
    already: 0,
    hidden: 0,
    aside: 0,
    refused: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
  };
  let bytes = 0;
  let sent = 0;
  for (const file of files) {
    counts[file.state] += 1;
    if (file.state === 'skipped' || file.state === 'cancelled') continue;
    bytes += file.size;
    sent += file.sent;
  }
  const busy = collecting || counts.waiting + counts.sending > 0;
  return { files: files.length, bytes, sent, collecting, busy, counts };
}
