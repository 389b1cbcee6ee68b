import { data } from 'dcmjs';

interface Entry {
  name: string;
  vr: string;
}

const dictionary = data.DicomMetaDictionary.dictionary as Partial<Record<string, Entry>>;

/** "(0010,0010)" of an 8-digit tag. */
export const written = (tag: string): string => `(${tag.slice(0, 4)},${tag.slice(4)})`;

/** The keyword of a standard attribute (PS3.6), null for what is not in it. */
export const keywordOf = (tag: string): string | null => dictionary[written(tag)]?.name ?? null;
