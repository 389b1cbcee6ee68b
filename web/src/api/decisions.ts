import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import { lookAgain } from './emergency';
import type {
  BodyView,
  Brief,
  Choice,
  Constitution,
  Decision,
  Examination,
  Founding,
  Logged,
  NewProposal,
  NewSeat,
  Proposal,
  ProposalState,
  ProposalView,
  Replay,
  ReplayView,
} from './types';

const BASE = 'api/governance';
const REPLAY_POLL_MS = 1_000;
const VOTE_POLL_MS = 15_000;
export const LOG_PAGE = 50;

/** Everything here is below one key: a decision may change bodies, proposals and the log at once. */
const DECISIONS_KEY = ['decisions'];

const at = (...parts: string[]): string => [BASE, ...parts.map(encodeURIComponent)].join('/');

export const bodiesQuery = queryOptions({
  queryKey: [...DECISIONS_KEY, 'bodies'],
  queryFn: ({ signal }) => getJson<BodyView[]>(at('bodies'), undefined, signal),
});

/** Proposals of one state, of all without; the newest first. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const proposalsQuery = (state?: ProposalState) =>
  queryOptions({
    queryKey: [...DECISIONS_KEY, 'proposals', state ?? 'all'],
    queryFn: ({ signal }) =>
      getJson<Proposal[]>(at('proposals'), state && new URLSearchParams({ state }), signal),
  });

/** One proposal; while it is voted on it follows the vote. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const proposalQuery = (key: string) =>
  queryOptions({
    queryKey: [...DECISIONS_KEY, 'proposal', key],
    queryFn: ({ signal }) => getJson<ProposalView>(at('proposals', key), undefined, signal),
    refetchInterval: ({ state }) => (state.data?.proposal.state === 'open' ? VOTE_POLL_MS : false),
  });

/** What the checks find in a text, and how it differs from what is in force; nothing is kept of it. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const checkQuery = (text: string) =>
  queryOptions({
    queryKey: [...DECISIONS_KEY, 'check', text],
    queryFn: () => sendJson<Examination>('POST', at('policies', 'check'), { text }),
    enabled: text.trim() !== '',
    gcTime: 0,
  });

/** A page of the log, the newest first, below a number if given. */
export const readLog = (before?: number, signal?: AbortSignal): Promise<Logged[]> => {
  const query = new URLSearchParams({ limit: String(LOG_PAGE) });
  if (before !== undefined) query.set('before', String(before));
  return getJson(at('decisions'), query, signal);
};

export const LOG_KEY = [...DECISIONS_KEY, 'log'];

/** The decisions in effect whose day of review is over. */
export const overdueQuery = queryOptions({
  queryKey: [...DECISIONS_KEY, 'overdue'],
  queryFn: ({ signal }) => getJson<Logged[]>(at('decisions', 'overdue'), undefined, signal),
});

/** The replays of a proposal, the newest first. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const replaysQuery = (proposal: string) =>
  queryOptions({
    queryKey: [...DECISIONS_KEY, 'replays', proposal],
    queryFn: ({ signal }) => getJson<Replay[]>(at('replays'), new URLSearchParams({ proposal }), signal),
  });

/** A replay, asked for again until it has ended; with an actor, the changes of that one only. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const replayQuery = (key: string, actor = '') =>
  queryOptions({
    queryKey: [...DECISIONS_KEY, 'replay', key, actor],
    queryFn: ({ signal }) =>
      getJson<ReplayView>(at('replays', key), actor ? new URLSearchParams({ actor }) : undefined, signal),
    refetchInterval: ({ state }) => (state.data?.replay.state === 'running' ? REPLAY_POLL_MS : false),
  });

/** Make or change a body, as long as the steering body cannot decide. */
export const constitute = (body: string, constitution: Constitution): Promise<BodyView> =>
  sendJson('PUT', at('bodies', body), constitution);

export const giveSeats = (body: string, seats: NewSeat[]): Promise<BodyView> =>
  sendJson('POST', at('bodies', body, 'seats'), seats);

/** Put policies in force before anybody was ever seated. */
export const found = (founding: Founding): Promise<Decision> =>
  sendJson('POST', at('policies', 'founding'), founding);

export const propose = (proposal: NewProposal): Promise<Proposal> =>
  sendJson('POST', at('proposals'), proposal);

/** Draw a draft or a stale proposal up anew, on what is in force now. */
export const redraft = (key: string, brief: Brief): Promise<Proposal> =>
  sendJson('PUT', at('proposals', key), brief);

/** What can be done with a proposal besides voting. */
export type Step = 'open' | 'withdraw' | 'close';

export const move = (key: string, step: Step): Promise<Proposal> =>
  sendJson('POST', at('proposals', key, step));

export const castVote = (key: string, choice: Choice, comment: string): Promise<ProposalView> =>
  sendJson('PUT', at('proposals', key, 'vote'), { choice, comment });

/** Try a proposal on the last days, on all there is with null. */
export const startReplay = (proposal: string, days: number | null): Promise<Replay> =>
  sendJson('POST', at('replays'), { proposal, days });

export const cancelReplay = (key: string): Promise<Replay> => sendJson('DELETE', at('replays', key));

export const lookBack = (number: number, note: string, reviewBy: string): Promise<Logged> =>
  sendJson('POST', at('decisions', String(number), 'reviews'), { note, review_by: reviewBy });

/** Ask again for what only these pages show. */
export const refreshDecisions = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: DECISIONS_KEY });

/** A step may put other policies in force: then all that is on show may have become another. */
export const refreshAfter = (client: QueryClient, { state }: Proposal): Promise<void> =>
  state === 'passed' ? lookAgain(client) : refreshDecisions(client);
