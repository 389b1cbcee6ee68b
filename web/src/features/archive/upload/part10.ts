/** What a file is, judged by its first bytes; names and extensions are not trusted. */
export type FileKind =
  { kind: 'dicom'; sopInstanceUid: string | null } | { kind: 'zip' } | { kind: 'skip'; reason: string };

/** Bytes of a file that are enough to judge it: the preamble and the file meta information. */
export const HEAD_BYTES = 2048;

const PREAMBLE = 128;
const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';
const LONG_VRS = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

const ascii = (bytes: Uint8Array, start: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(start, start + length));

/** UIDs of the file meta information (PS3.10 7.1), group 0002 in Explicit VR Little Endian. */
function fileMeta(head: Uint8Array): Map<number, string> {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const found = new Map<number, string>();
  let at = PREAMBLE + 4;
  while (at + 8 <= head.length && view.getUint16(at, true) === 0x0002) {
    const element = view.getUint16(at + 2, true);
    const vr = ascii(head, at + 4, 2);
    const long = LONG_VRS.has(vr);
    if (long && at + 12 > head.length) break;
    const length = long ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true);
    at += long ? 12 : 8;
    if (vr === 'UI') found.set(element, ascii(head, at, length).replace(/[\0 ]+$/, ''));
    at += length;
  }
  return found;
}

/** A data set without preamble, as old software writes it: begins with group 0002 or 0008. */
function looksLikeBareDataSet(head: Uint8Array): boolean {
  if (head.length < 16) return false;
  const group = (head[0] ?? 0) | ((head[1] ?? 0) << 8);
  const element = (head[2] ?? 0) | ((head[3] ?? 0) << 8);
  return (group === 0x0002 && element <= 0x0102) || (group === 0x0008 && element <= 0x0018);
}

/** Judge a file by its first `HEAD_BYTES` bytes. */
export function identify(head: Uint8Array): FileKind {
  if (head.length === 0) return { kind: 'skip', reason: 'Empty file' };
  if (ascii(head, 0, 4) === 'PK\x03\x04') return { kind: 'zip' };
  if (head.length >= PREAMBLE + 4 && ascii(head, PREAMBLE, 4) === 'DICM') {
    const meta = fileMeta(head);
    if (meta.get(0x0002) === MEDIA_STORAGE_DIRECTORY) {
      return { kind: 'skip', reason: 'Disc directory (DICOMDIR): the images it lists are sent themselves' };
    }
    return { kind: 'dicom', sopInstanceUid: meta.get(0x0003) || null };
  }
  if (looksLikeBareDataSet(head)) return { kind: 'dicom', sopInstanceUid: null };
  return { kind: 'skip', reason: 'Not a DICOM file' };
}
