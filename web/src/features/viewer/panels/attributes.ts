import type { DataSet, Element } from '@/api/dicomjson';
import { keywordOf, written } from './dictionary';

/** One line of the tag browser. */
export interface Attribute {
  /** Unique within the data set: tags and item numbers from the outside in. */
  path: string;
  depth: number;
  /** "(0010,0010)", or "Item 2". */
  tag: string;
  name: string;
  vr: string;
  value: string;
  /** Whether items lie below it. */
  opens: boolean;
}

const MOST_VALUE = 2000;
/** A hostile object may nest without end. */
const DEEPEST = 24;

/** What is written in a value, in words a person can read and copy. */
export function valueWords({ vr, Value, BulkDataURI, InlineBinary }: Element): string {
  if (BulkDataURI) return 'Data by its address';
  if (InlineBinary) return `${Math.floor((InlineBinary.replace(/=+$/, '').length * 3) / 4)} bytes`;
  const values = Value ?? [];
  if (vr === 'SQ') return values.length === 1 ? '1 item' : `${values.length} items`;
  const words = values.map((value) => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'object')
      return Object.values(value as Record<string, unknown>)
        .map(String)
        .join('=');
    return String(value as string | number);
  });
  const joined = words.join('\\');
  return joined.length > MOST_VALUE ? `${joined.slice(0, MOST_VALUE)}…` : joined;
}

/** "Private: SIEMENS MED": odd groups belong to whoever reserved their block (PS3.5 7.8.1). */
function nameOf(tag: string, dataSet: DataSet): string {
  const known = keywordOf(tag);
  if (known) return known;
  if (parseInt(tag.slice(0, 4), 16) % 2 === 0) return tag.endsWith('0000') ? 'Group length' : 'Unknown';
  if (/^.{4}00[1-9A-F]/i.test(tag)) return 'Private creator';
  const creator = dataSet[`${tag.slice(0, 4)}00${tag.slice(4, 6)}`]?.Value?.[0];
  return typeof creator === 'string' ? `Private: ${creator}` : 'Private';
}

/** All attributes in the order of their tags, nested items below their sequence. */
export function attributesOf(dataSet: DataSet, path = '', depth = 0): Attribute[] {
  return Object.entries(dataSet)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([tag, element]): Attribute[] => {
      const here = `${path}/${tag}`;
      const nested = element.vr === 'SQ' && depth < DEEPEST ? (element.Value ?? []) : [];
      const line: Attribute = {
        path: here,
        depth,
        tag: written(tag),
        name: nameOf(tag, dataSet),
        vr: element.vr,
        value: valueWords(element),
        opens: nested.length > 0,
      };
      const below = nested.flatMap((item, at): Attribute[] => {
        const place = `${here}/${at + 1}`;
        const inside = typeof item === 'object' && item !== null ? (item as DataSet) : {};
        return [
          { path: place, depth: depth + 1, tag: `Item ${at + 1}`, name: '', vr: '', value: '', opens: true },
          ...attributesOf(inside, place, depth + 2),
        ];
      });
      return [line, ...below];
    });
}

/** What to show: with words to search for, all that has them and what it lies in; without, what is not folded. */
export function visible(all: Attribute[], words: string, open: ReadonlySet<string>): Attribute[] {
  const sought = words.trim().toLowerCase();
  if (!sought) return all.filter(({ path }) => parentsOf(path).every((parent) => open.has(parent)));
  const plain = sought.replace(/[(),\s]/g, '');
  const hit = ({ tag, name, value }: Attribute): boolean =>
    name.toLowerCase().includes(sought) ||
    value.toLowerCase().includes(sought) ||
    (plain.length >= 4 &&
      tag
        .toLowerCase()
        .replace(/[(),\s]/g, '')
        .includes(plain));
  const kept = new Set<string>();
  for (const line of all) {
    if (!hit(line)) continue;
    kept.add(line.path);
    for (const parent of parentsOf(line.path)) kept.add(parent);
  }
  return all.filter(({ path }) => kept.has(path));
}

/** Paths of what a line lies in, from the outside. */
function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
}
