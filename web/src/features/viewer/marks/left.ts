import type { Left } from './ledger';

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

function isLeft(value: unknown): value is Left {
  const { mark, uid, values } = (value ?? {}) as Partial<Left>;
  return typeof uid === 'string' && Array.isArray(values) && Array.isArray(mark?.points);
}
