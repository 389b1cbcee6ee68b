import { address, ApiError } from '@/api/client';
import { items, number, TAG, text, type DataSet } from '@/api/dicomjson';
import type { Problem } from '@/api/types';

/** What the server said about one object. */
export interface Verdict {
  state: 'kept' | 'already' | 'refused';
  reason: string | null;
}

/** Duplicate SOP Instance (PS3.7 C.5.4): as a warning the bytes were the same, as a failure they were not. */
const DUPLICATE = 0x0111;

/** Failure reasons of a store (PS3.18 I.2.1.1, PS3.4 B.2.3), in words. */
const FAILURES: [from: number, to: number, words: string][] = [
  [0x0110, 0x0110, 'The server could not process it'],
  [
    DUPLICATE,
    DUPLICATE,
    'Another object with the same UID and other content is kept; this one was set aside for review',
  ],
  [0x0122, 0x0122, 'This kind of object is not accepted'],
  [0x0124, 0x0124, 'You may not store this'],
  [0x0213, 0x0213, 'The server is short of a resource'],
  [0xa700, 0xa7ff, 'The server is out of space'],
  [0xa900, 0xa9ff, 'Its content does not match its declared kind'],
  [0xc000, 0xcfff, 'The file is damaged or not understood'],
];

/** Warning reasons: kept, with a remark (PS3.18 I.2.1.2). */
const WARNINGS: Record<number, string> = {
  0xb000: 'Kept; some elements were corrected',
  0xb006: 'Kept; some elements were left out',
  0xb007: 'Kept, though its content does not match its declared kind',
};

/** A failure reason in words, with its code for the person who must look it up. */
export function failureText(code: number | null): string {
  if (code === null) return 'Refused without a reason';
  const known = FAILURES.find(([from, to]) => code >= from && code <= to);
  return `${known?.[2] ?? 'Refused'} (${code.toString(16).toUpperCase().padStart(4, '0')}H)`;
}

/** The verdicts of a STOW answer (PS3.18 I.2.2) by SOP Instance UID. */
export function verdicts(answer: DataSet): Map<string, Verdict> {
  const found = new Map<string, Verdict>();
  for (const item of items(answer, TAG.ReferencedSOPSequence)) {
    const warning = number(item, TAG.WarningReason);
    found.set(text(item, TAG.ReferencedSOPInstanceUID) ?? '', {
      state: warning === DUPLICATE ? 'already' : 'kept',
      reason: (warning !== null && WARNINGS[warning]) || null,
    });
  }
  for (const item of items(answer, TAG.FailedSOPSequence)) {
    const uid = text(item, TAG.ReferencedSOPInstanceUID) ?? '';
    found.set(uid, { state: 'refused', reason: failureText(number(item, TAG.FailureReason)) });
  }
  return found;
}

/** Reasons for parts the server could not even identify, in order (PS3.18 I.2.2, Other Failures Sequence). */
export function otherFailures(answer: DataSet): string[] {
  return items(answer, TAG.OtherFailuresSequence).map((item) => failureText(number(item, TAG.FailureReason)));
}

/** One multipart/related body (RFC 2387) that refers to the files without copying them. */
export function multipart(files: Blob[], boundary: string): Blob {
  const parts = files.flatMap((file, index): BlobPart[] => [
    `${index > 0 ? '\r\n' : ''}--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`,
    file,
  ]);
  return new Blob([...parts, `\r\n--${boundary}--\r\n`]);
}

export interface Sending {
  answer: Promise<DataSet>;
  cancel: () => void;
}

/** Send files as one STOW-RS request (PS3.18 10.5), telling how many bytes have left. */
export function send(files: Blob[], onProgress: (sent: number, of: number) => void): Sending {
  const boundary = `sixfold-${crypto.getRandomValues(new Uint32Array(4)).join('')}`;
  const xhr = new XMLHttpRequest(); // fetch cannot tell the progress of an upload
  const answer = new Promise<DataSet>((resolve, reject) => {
    xhr.open('POST', address('dicomweb/studies'));
    xhr.setRequestHeader('Content-Type', `multipart/related; type="application/dicom"; boundary=${boundary}`);
    xhr.setRequestHeader('Accept', 'application/dicom+json');
    xhr.setRequestHeader('X-Sixfold-Request', '1');
    xhr.upload.onprogress = ({ loaded, total }): void => {
      onProgress(loaded, total);
    };
    xhr.onload = (): void => {
      settle(xhr, resolve, reject);
    };
    xhr.onerror = (): void => {
      reject(new ApiError(0, { title: 'The connection was lost', detail: 'The connection was lost.' }));
    };
    xhr.onabort = (): void => {
      reject(new DOMException('cancelled', 'AbortError'));
    };
    xhr.send(multipart(files, boundary));
  });
  return {
    answer,
    cancel: () => {
      xhr.abort();
    },
  };
}

/** 200 all kept, 202 some, 409 none: each carries the verdicts. Anything else is an error of the request. */
function settle(
  xhr: XMLHttpRequest,
  resolve: (answer: DataSet) => void,
  reject: (error: ApiError) => void,
): void {
  let body: unknown = {};
  try {
    body = xhr.responseText ? JSON.parse(xhr.responseText) : {};
  } catch {
    // An answer that is no JSON has no verdicts: its status decides below.
  }
  const hasVerdicts = TAG.ReferencedSOPSequence in Object(body) || TAG.FailedSOPSequence in Object(body);
  if (xhr.status === 200 || xhr.status === 202 || (xhr.status === 409 && hasVerdicts))
    resolve(body as DataSet);
  else
    reject(new ApiError(xhr.status, body as Problem, Number(xhr.getResponseHeader('retry-after')) || null));
}
