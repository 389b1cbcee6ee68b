import type { Left } from './entries';

const keyOf = (person: string, study: string): string => `sixfold.marks.${person}.${study}`;

/** What this browser remembers of a person's marks that are not kept yet. */
export function readLeft(person: string, study: string): Left[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(keyOf(person, study)) ?? '[]');
    return Array.isArray(found) ? found.filter(isLeft) : [];
  } catch {
    return [];
  }
}

export function writeLeft(person: string, study: string, left: Left[]): void {
  try {
    if (left.length > 0) localStorage.setItem(keyOf(person, study), JSON.stringify(left));
    else localStorage.removeItem(keyOf(person, study));
  } catch {
    // Storage may be full or switched off: they then last for this page only, and the button says that they are not saved.
  }
}

const hiddenKey = (person: string): string => `sixfold.hidden.${person}`;
const MOST_HIDDEN = 2_000;

/** UIDs of others' marks that a person has put out of sight in this browser. */
export function readHidden(person: string): Set<string> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(hiddenKey(person)) ?? '[]');
    return new Set(Array.isArray(found) ? found.filter((uid) => typeof uid === 'string') : []);
  } catch {
    return new Set();
  }
}

export function writeHidden(person: string, uids: ReadonlySet<string>): void {
  try {
    localStorage.setItem(hiddenKey(person), JSON.stringify([...uids].slice(-MOST_HIDDEN)));
  } catch {
    // They are then out of sight for this page only.
  }
}

function isLeft(value: unknown): value is Left {
  const { mark, uid, values } = (value ?? {}) as Partial<Left>;
  return typeof uid === 'string' && Array.isArray(values) && Array.isArray(mark?.points);
}
