import { ApiError } from '@/api/client';
import { saveMeasurements, takeBack } from '@/api/marks';
import type { Change } from './entries';

/** Send one change; the UID of the report that keeps it now, empty when none does. */
export async function sent({ studyUid, object, marks }: Change): Promise<string> {
  if (marks.length === 0) {
    await takeBack(studyUid, object).catch(unlessGone);
    return '';
  }
  const body = { measurements: marks, ...(object ? { replaces: object } : {}) };
  const id = idOf(JSON.stringify(body));
  try {
    return (await saveMeasurements(studyUid, { id, ...body })).object;
  } catch (error) {
    // The same marks were saved and taken back before: this is a new decision to keep them.
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    return (
      await saveMeasurements(studyUid, { id: crypto.getRandomValues(new Uint32Array(4)).join('-'), ...body })
    ).object;
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 404) throw error;
}

/** The same for the same words, so that what is sent again is kept once (cyrb53, twice). */
export function idOf(words: string): string {
  return [0, 1].map((seed) => hashed(words, seed).toString(36)).join('-');
}

function hashed(words: string, seed: number): number {
  let [a, b] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed];
  for (let at = 0; at < words.length; at++) {
    const code = words.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
