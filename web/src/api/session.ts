import { queryOptions } from '@tanstack/react-query';
import { ApiError, getJson, sendJson } from './client';
import type { Action, Answer, NewAccount, Session } from './types';

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await getJson<Answer<'/api/session'>>('api/session', undefined, signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

export const signIn = (name: string, password: string): Promise<Session> =>
  sendJson('POST', 'api/session', { name, password });

export const signOut = (): Promise<void> => sendJson('DELETE', 'api/session');

/** Redeem a one-time link: makes the account and signs it in. */
export const redeemLink = (account: NewAccount): Promise<Session> =>
  sendJson('POST', 'api/session/link', account);

/** The page hides what a person may not do; the server decides on its own. */
export const may = (session: Session | null | undefined, action: Action): boolean =>
  session?.actions.includes(action) ?? false;
