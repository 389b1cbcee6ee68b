/** One policy of a text in Cedar, with the comment that stands right above it. */
export interface Policy {
  /** Its `@id`; a number when it has none. */
  id: string;
  effect: 'permit' | 'forbid' | 'unknown';
  /** Of the last heading above it, a comment such as "---- What stays closed ----". */
  section: string;
  comment: string;
  text: string;
}

const HEADING = /^-{2,}\s*(.+?)\s*-{2,}$/;
const ID = /@id\(\s*"((?:[^"\\]|\\.)*)"\s*\)/;

/** Where the statement that begins at `start` ends, beyond its semicolon; strings and comments may hold any. */
function endOf(text: string, start: number): number {
  let place = start;
  while (place < text.length) {
    const char = text[place];
    if (char === ';') return place + 1;
    if (char === '"') {
      place++;
      while (place < text.length && text[place] !== '"') place += text[place] === '\\' ? 2 : 1;
    } else if (text.startsWith('//', place)) {
      const line = text.indexOf('\n', place);
      place = line < 0 ? text.length : line;
    }
    place++;
  }
  return text.length;
}

function policyOf(text: string, comment: string[], section: string, number: number): Policy {
  const bare = text.replace(ID, '');
  const effect = /\b(permit|forbid)\s*\(/.exec(bare)?.[1];
  return {
    id: ID.exec(text)?.[1] ?? `policy ${number}`,
    effect: effect === 'permit' || effect === 'forbid' ? effect : 'unknown',
    section,
    comment: comment.join(' '),
    text: text.replace(ID, '').trim(),
  };
}

/** The policies of a text, in their order; it is for reading, and never decides. */
export function policiesOf(text: string): Policy[] {
  const policies: Policy[] = [];
  let comment: string[] = [];
  let section = '';
  let place = 0;
  while (place < text.length) {
    const stop = text.indexOf('\n', place);
    const end = stop < 0 ? text.length : stop;
    const line = text.slice(place, end).trim();
    if (line.startsWith('//')) {
      const words = line.slice(2).trim();
      const heading = HEADING.exec(words)?.[1];
      if (heading) section = heading;
      comment = heading ? [] : [...comment, words];
    } else if (line === '') comment = [];
    else {
      const after = endOf(text, place);
      policies.push(policyOf(text.slice(place, after), comment, section, policies.length + 1));
      comment = [];
      place = after;
      continue;
    }
    place = end + 1;
  }
  return policies;
}
