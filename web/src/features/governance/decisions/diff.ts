export interface DiffLine {
  sign: 'added' | 'removed' | 'same' | 'gap';
  text: string;
}

const SIGNS: Record<string, DiffLine['sign']> = { '+': 'added', '-': 'removed', '@': 'gap' };

/** The lines of a difference in unified form, each with what became of it. */
export function diffLines(diff: string): DiffLine[] {
  const lines = diff === '' ? [] : diff.split('\n');
  const parsed = lines.map((line) => {
    const sign = SIGNS[line[0] ?? ' '] ?? 'same';
    return { sign, text: sign === 'gap' ? '' : line.slice(1) };
  });
  return parsed.filter(({ sign }, place) => sign !== 'gap' || place > 0); // what comes before the first is of no interest
}

/** How many lines are added and removed. */
export function diffCounts(lines: DiffLine[]): { added: number; removed: number } {
  const count = (wanted: DiffLine['sign']): number => lines.filter(({ sign }) => sign === wanted).length;
  return { added: count('added'), removed: count('removed') };
}

/** Where a line begins and ends in a text; lines are counted from 1. */
export function lineRange(text: string, line: number): [number, number] {
  const lines = text.split('\n').slice(0, line);
  const start = lines.slice(0, -1).reduce((sum, one) => sum + one.length + 1, 0);
  return [start, start + (lines.at(-1)?.length ?? 0)];
}
