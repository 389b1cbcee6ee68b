export const SHORTEST_PASSWORD = 12;

export interface Strength {
  /** 0 to 4. */
  score: number;
  /** What would help most, or praise. */
  hint: string;
  acceptable: boolean;
}

const RUNS = ['abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Characters that carry news: repeats and keyboard runs count once. */
function effectiveLength(password: string): number {
  const lower = password.toLowerCase();
  let length = 0;
  for (let i = 0; i < lower.length; i++) {
    const pair = lower.slice(i - 1, i + 1);
    const dull = i > 0 && (pair[0] === pair[1] || RUNS.some((run) => run.includes(pair)));
    length += dull ? 0.25 : 1;
  }
  return length;
}

/** Rate a password by its length without dull parts: length beats symbols (NIST SP 800-63B 5.1.1). */
export function passwordStrength(password: string, name: string): Strength {
  if (password.length === 0) {
    return {
      score: 0,
      hint: `At least ${SHORTEST_PASSWORD} characters. Four unrelated words work well.`,
      acceptable: false,
    };
  }
  if (name.length >= 3 && password.toLowerCase().includes(name.toLowerCase())) {
    return { score: 1, hint: 'Leave your own name out of it.', acceptable: false };
  }
  if (password.length < SHORTEST_PASSWORD) {
    const missing = SHORTEST_PASSWORD - password.length;
    return { score: 1, hint: `${missing} more character${missing === 1 ? '' : 's'}.`, acceptable: false };
  }
  const length = effectiveLength(password);
  if (length < 8)
    return { score: 1, hint: 'Repeats and keyboard runs are guessed first.', acceptable: false };
  if (length < 12) return { score: 2, hint: 'Fair. One more word makes it strong.', acceptable: true };
  if (length < 17) return { score: 3, hint: 'Good.', acceptable: true };
  return { score: 4, hint: 'Strong.', acceptable: true };
}
