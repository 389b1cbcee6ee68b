import type { ProposalState } from '@/api/types';
import type { Start } from './brief';
import { KIND_WORDS, STATE_WORDS } from './words';

const text = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The state that the list of proposals is narrowed to, from the address. */
export function readProposals(raw: Record<string, unknown>): { state?: ProposalState } {
  const { state } = raw;
  return text(state) && state in STATE_WORDS ? { state: state as ProposalState } : {};
}

/** How a new proposal begins, from the address. */
export function readStart(raw: Record<string, unknown>): Start {
  const { kind, body, version } = raw;
  return {
    ...(text(kind) && kind in KIND_WORDS && { kind: kind as NonNullable<Start['kind']> }),
    ...(text(body) && { body }),
    ...(text(version) && { version }),
  };
}
