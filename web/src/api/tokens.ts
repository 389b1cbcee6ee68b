import { queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import type { NewToken, Token } from './types';

const TOKENS = 'api/governance/tokens';

/** Every token, the newest first, without secrets. */
export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => getJson<Token[]>(TOKENS, undefined, signal),
});

/** Make a token; its secret is told this once. */
export const makeToken = async (token: NewToken): Promise<string> =>
  (await sendJson<{ secret: string }>('POST', TOKENS, token)).secret;

/** End a token. */
export const endToken = (key: string): Promise<void> =>
  sendJson('DELETE', `${TOKENS}/${encodeURIComponent(key)}`);
