import type { KeptMark, NewMark, Value } from '@/api/marks';
import type { Mark } from '../measure/mark';

/** What is kept of a mark, or will be. */
export interface Entry {
  uid: string;
  studyUid: string;
  /** The report that keeps it; empty while none does. */
  object: string;
  /** What that report says of it. */
  kept: string;
  values: Value[];
  valuesOf: string;
  /** The mark as it was last on the page. */
  mark: Mark | null;
  /** As the report has it: sent so, as long as nothing of it changed. */
  origin: KeptMark | null;
}

/** A mark that a report keeps and that is on the page no more. */
export interface Removed {
  id: string;
  uid: string;
  studyUid: string;
  object: string;
  /** False in a report of somebody else's. */
  own: boolean;
  mark: Mark;
}

/** One thing to be sent: marks in a report of their own, a report anew, or one less. */
export interface Change {
  studyUid: string;
  /** The report that it is about; empty for new marks. */
  object: string;
  ids: string[];
  /** None takes the report back. */
  marks: NewMark[];
}

/** A mark that is not kept yet, as this browser remembers it. */
export interface Left {
  mark: Omit<Mark, 'id'>;
  uid: string;
  object: string;
  values: Value[];
}

export const UNKEPT = { object: '', kept: '', origin: null };
export const NEW = { object: '', kept: '', values: [], valuesOf: '', mark: null, origin: null };

export const said = ({
  kind,
  points,
  text,
  space,
}: Pick<Mark, 'kind' | 'points' | 'text' | 'space'>): string => JSON.stringify([kind, points, text, space]);

/** What may differ between a mark and what was left of it. */
export const changeOf = ({
  points,
  text,
  space,
}: Omit<Mark, 'id'>): Pick<Mark, 'points' | 'text' | 'space'> => ({ points, text, ...(space && { space }) });

/** A fresh UID under the UUID root (PS3.5 B.2). */
export function newUid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `2.25.${bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)}`;
}
