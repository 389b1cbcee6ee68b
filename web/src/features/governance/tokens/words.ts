import type { Token } from '@/api/types';
import { actionWords } from '../fields/roles';

export type TokenState = 'in force' | 'expired' | 'ended';

/** What a token is at a moment in milliseconds. */
export function stateOf({ revoked_at, expires_at }: Token, now: number): TokenState {
  if (revoked_at) return 'ended';
  return expires_at && Date.parse(expires_at) <= now ? 'expired' : 'in force';
}

const ORDER: TokenState[] = ['in force', 'expired', 'ended'];

/** Those in force first, then what expired, then what was ended; each as the server has them, the newest first. */
export const sorted = (tokens: Token[], now: number): Token[] =>
  [...tokens].sort((one, other) => ORDER.indexOf(stateOf(one, now)) - ORDER.indexOf(stateOf(other, now)));

/** For what a token may be used. */
export const scopeWords = ({ scope }: Token): string =>
  scope && scope.length > 0 ? `Only to ${scope.map(actionWords).join(', ')}` : 'All that its role may';

const MOST_DAYS = 3650;

/** What is wrong with the typed days that a token is valid; null when nothing is, nothing typed is without end. */
export function daysFault(typed: string): string | null {
  if (typed.trim() === '') return null;
  const days = Number(typed);
  const right = Number.isInteger(days) && days >= 1 && days <= MOST_DAYS;
  return right ? null : `1 to ${MOST_DAYS.toLocaleString()} days, or nothing.`;
}
