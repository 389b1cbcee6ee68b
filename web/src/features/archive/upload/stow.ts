import { address } from '@/api/address';
import { ApiError } from '@/api/client';
import { items, number, TAG, text, type DataSet } from '@/api/dicomjson';
import type { Problem } from '@/api/types';

/** What the server said about one object. */
export interface Verdict {
  state: 'kept' | 'already' | 'hidden' | 'aside' | 'refused';
  reason: string | null;
}

/** Duplicate SOP Instance (PS3.7 C.5.4); on an object that was kept it says that the same bytes were here before. */
const DUPLICATE = 0x0111;

/** Failure reasons of a store (PS3.18 I.2.1.1, PS3.4 B.2.3), in words. */
const FAILURES: [from: number, to: number, words: string][] = [
  [0x0110, 0x0110, 'The server could not process it'],
  [DUPLICATE, DUPLICATE, 'Another object with the same UID is kept'],
  [0x0122, 0x0122, 'This kind of object is not accepted'],
  [0x0124, 0x0124, 'You may not store this'],
  [0x0213, 0x0213, 'The server is short of a resource'],
  [0xa700, 0xa7ff, 'The server is out of space'],
  [0xa900, 0xa9ff, 'Its content does not match its declared kind'],
  [0xc000, 0xcfff, 'The file is damaged or not understood'],
];

/** A failure reason in words, with its code for the person who must look it up. */
export function failureText(code: number | null): string {
  if (code === null) return 'Refused without a reason';
  const known = FAILURES.find(([from, to]) => code >= from && code <= to);
  return `${known?.[2] ?? 'Refused'} (${code.toString(16).toUpperCase().padStart(4, '0')}H)`;
}

/** The server's own words (Error Comment), else those of the code. */
const reasonOf = (item: DataSet): string =>
  text(item, TAG.ErrorComment) ?? failureText(number(item, TAG.FailureReason));

/** What is here but cannot be retrieved was rejected (docs/explanation/rejection.md). */
const duplicate = (item: DataSet): Verdict =>
  text(item, TAG.RetrieveURL) === null
    ? {
        state: 'hidden',
        reason: 'Rejected earlier: it stays hidden until someone who may reject restores its study',
      }
    : { state: 'already', reason: null };

/** An object that was stored; with a warning other than "duplicate" it was set aside. */
function stored(item: DataSet): Verdict {
  const warning = number(item, TAG.WarningReason);
  if (warning === null) return { state: 'kept', reason: null };
  if (warning === DUPLICATE) return duplicate(item);
  return {
    state: 'aside',
    reason: text(item, TAG.ErrorComment) ?? 'It contradicts what is here; someone must decide',
  };
}

/** The verdicts of a STOW answer (PS3.18 I.2.2) by SOP Instance UID. */
export function verdicts(answer: DataSet): Map<string, Verdict> {
  const uidOf = (item: DataSet): string => text(item, TAG.ReferencedSOPInstanceUID) ?? '';
  return new Map([
    ...items(answer, TAG.ReferencedSOPSequence).map((item) => [uidOf(item), stored(item)] as const),
    ...items(answer, TAG.FailedSOPSequence).map(
      (item) => [uidOf(item), { state: 'refused', reason: reasonOf(item) } satisfies Verdict] as const,
    ),
  ]);
}

/** Reasons for parts the server could not even identify, in order (PS3.18 I.2.2, Other Failures Sequence). */
export const otherFailures = (answer: DataSet): string[] =>
  items(answer, TAG.OtherFailuresSequence).map(reasonOf);

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

const VERDICTS = [TAG.ReferencedSOPSequence, TAG.FailedSOPSequence, TAG.OtherFailuresSequence];

/** 200 all kept, 202 some with a warning or refused, 409 none: each carries the verdicts. Else the request failed. */
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
  const hasVerdicts = VERDICTS.some((tag) => tag in Object(body));
  if (xhr.status === 200 || xhr.status === 202 || (xhr.status === 409 && hasVerdicts))
    resolve(body as DataSet);
  else
    reject(new ApiError(xhr.status, body as Problem, Number(xhr.getResponseHeader('retry-after')) || null));
}
