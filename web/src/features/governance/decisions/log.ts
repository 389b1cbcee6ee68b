import type { Logged, Seat, Vote } from '@/api/types';

interface Recorded {
  votes: Vote[];
  why: string;
}

/** The vote as the log keeps it; a founding decision has none. */
export function recordOf({ decision }: Logged): Recorded {
  const { votes, why } = decision.record as Partial<Recorded>;
  return { votes: votes ?? [], why: why ?? '' };
}

/** Which version a roll-back from here goes to: before what is in force, or to what once was; null where there is none. */
export function wayBack({ decision, in_effect }: Logged): { version: string; words: string } | null {
  if (!decision.version || decision.outcome === 'rejected') return null;
  if (!in_effect) return { version: decision.version, words: 'Go back to this version…' };
  return decision.before ? { version: decision.before, words: 'Take it back…' } : null;
}

/** Whether somebody may record a look back: who answers for it, its owner, and the seats of its body. */
export function mayLookBack({ decision, in_effect }: Logged, name: string, seats: Seat[]): boolean {
  const theirs = [decision.accountable, decision.owner, ...seats.map(({ account }) => account)];
  return in_effect && name !== '' && theirs.includes(name);
}
