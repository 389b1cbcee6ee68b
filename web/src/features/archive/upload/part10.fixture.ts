/** A Part 10 head with a SOP Instance UID (PS3.10 7.1). */
export function dicom(uid: string, sopClass = '1.2.840.10008.5.1.4.1.1.2'): Uint8Array<ArrayBuffer> {
  const ui = (element: number, text: string): number[] => {
    const value = text.length % 2 ? `${text}\0` : text;
    return [2, 0, element, 0, 0x55, 0x49, value.length, 0, ...new TextEncoder().encode(value)];
  };
  const version = [2, 0, 1, 0, 0x4f, 0x42, 0, 0, 2, 0, 0, 0, 0, 1];
  return new Uint8Array([
    ...new Array<number>(128).fill(0),
    ...new TextEncoder().encode('DICM'),
    ...version,
    ...ui(2, sopClass),
    ...ui(3, uid),
  ]);
}
