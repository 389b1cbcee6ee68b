import type { Commitment, Peer } from '@/api/types';
import { plural } from '@/shared/lib/quantities';

/** From where an AE is admitted. */
export function hostWords({ host, certificate_sha256 }: Peer): string {
  const from = host === '*' ? 'Anywhere' : host;
  return certificate_sha256 ? `${from}, with its certificate` : from;
}

/** What a request asked for and what came of it. */
export function askedWords({ asked, failed }: Commitment): string {
  if (failed === null) return `${plural(asked, 'image')}, not looked for yet`;
  if (failed === 0) return `${plural(asked, 'image')}, all kept`;
  return `${plural(asked, 'image')}, ${failed === asked ? 'none' : `${(asked - failed).toLocaleString()}`} kept`;
}

/** How often the result was told in vain. */
export const attemptWords = ({ attempts }: Commitment): string =>
  attempts === 0 ? 'Being told now' : plural(attempts, 'attempt');

const MOST_PORT = 65_535;

/** What is wrong with a typed port; null when nothing is. */
export function portFault(typed: string): string | null {
  const port = Number(typed);
  const right = typed.trim() !== '' && Number.isInteger(port) && port >= 1 && port <= MOST_PORT;
  return right ? null : `A port is 1 to ${MOST_PORT}.`;
}
