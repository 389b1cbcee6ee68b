import { queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import type { Answer, Destination, NewPeer, Peer } from './types';

const PEERS = 'api/governance/aes';
const REMOTES = 'api/governance/remotes';
/** As many as the server tells at once. */
const MOST_COMMITMENTS = 500;

/** The rules that admit AEs. */
export const peersQuery = queryOptions({
  queryKey: ['peers'],
  queryFn: ({ signal }) => getJson<Peer[]>(PEERS, undefined, signal),
});

/** Make a rule, or with its key replace one. */
export const putPeer = (peer: NewPeer, key: string | null): Promise<unknown> =>
  key === null ? sendJson('POST', PEERS, peer) : sendJson('PUT', `${PEERS}/${encodeURIComponent(key)}`, peer);

/** Take a rule out of force. */
export const removePeer = (key: string): Promise<void> =>
  sendJson('DELETE', `${PEERS}/${encodeURIComponent(key)}`);

/** Where we can send to. */
export const remotesQuery = queryOptions({
  queryKey: ['remotes'],
  queryFn: ({ signal }) => getJson<Destination[]>(REMOTES, undefined, signal),
});

/** Add or replace a destination. */
export const putRemote = ({ ae_title, ...body }: Destination): Promise<unknown> =>
  sendJson('PUT', `${REMOTES}/${encodeURIComponent(ae_title)}`, body);

/** Forget a destination. */
export const removeRemote = (title: string): Promise<void> =>
  sendJson('DELETE', `${REMOTES}/${encodeURIComponent(title)}`);

/** Requests for Storage Commitment whose results could not be told yet, the oldest first. */
export const commitmentsQuery = queryOptions({
  queryKey: ['commitments'],
  queryFn: ({ signal }) =>
    getJson<Answer<'/api/commitments'>>(
      'api/commitments',
      new URLSearchParams({ limit: String(MOST_COMMITMENTS) }),
      signal,
    ),
});
