/** The server's measure of a reason that says something. */
const SHORTEST = 10;
const LONGEST = 1000;
const FEWEST_LETTERS = 4;

/** What is wrong with a reason; null when the server will take it. */
export function reasonFault(text: string): string | null {
  const plain = text.trim().replace(/\s+/g, ' ');
  if (plain.length < SHORTEST) return `At least ${SHORTEST} characters: it will be read.`;
  if (plain.length > LONGEST) return `At most ${LONGEST} characters.`;
  return new Set(plain.toLowerCase()).size < FEWEST_LETTERS ? 'Say it in words: it will be read.' : null;
}
