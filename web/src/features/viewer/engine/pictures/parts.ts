/*
 * HTJ2K whose code-stream is ordered by resolution (RPCL): of its beginning a smaller picture can be made while the rest still
 * comes (PS3.5 A.4.11).
 */
const BY_RESOLUTION = '1.2.840.10008.1.2.4.202';

/** What part of the bytes is enough for rows and columns that are halved so often: a quarter each, and some more. */
const ENOUGH: [share: number, halvings: number][] = [
  [1 / 12, 2],
  [1 / 3, 1],
];
/** Of fewer bytes no picture is worth the work. */
const LEAST = 4096;

/** The bytes so far, enough for a picture whose sides are halved so often. */
export type OnPart = (bytes: Uint8Array, halvings: number) => void;

export const comesByResolution = (syntax: string): boolean => syntax === BY_RESOLUTION;

/** Read an answer; `onPart` is told each time that enough has come for a picture that is larger than the one before. */
export async function inParts(response: Response, onPart: OnPart | null): Promise<Uint8Array> {
  const total = Number(response.headers.get('content-length'));
  if (!onPart || !response.body || !(total >= LEAST)) return new Uint8Array(await response.arrayBuffer());
  const whole = new Uint8Array(total);
  const reader = response.body.getReader();
  let [at, steps] = [0, ENOUGH];
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    if (!value) continue;
    if (at + value.length > total) throw new Error('More bytes came than were announced.');
    whole.set(value, at);
    at += value.length;
    const reached = steps.filter(([share]) => at >= total * share && at < total);
    const best = reached.at(-1);
    if (best) onPart(whole.slice(0, at), best[1]);
    steps = steps.slice(reached.length);
  }
  if (at < total) throw new Error('The connection ended before the image was whole.');
  return whole;
}
