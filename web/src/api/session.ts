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

/** `code` is empty until the server asks for one: see `asksForCode`. */
export const signIn = (name: string, password: string, code = ''): Promise<Session> =>
  sendJson('POST', 'api/session', { name, password, code });

/** Whether a refused sign-in asks for the same again with a code of the second factor. */
export const asksForCode = (error: unknown): boolean =>
  error instanceof ApiError && error.problem.type === 'urn:sixfold:second-factor-needed';

/** How one can sign in here. */
export const waysQuery = queryOptions({
  queryKey: ['ways'],
  staleTime: Infinity,
  queryFn: ({ signal }) => getJson<Answer<'/api/session/ways'>>('api/session/ways', undefined, signal),
});

export const signOut = (): Promise<void> => sendJson('DELETE', 'api/session');

/** Redeem a one-time link: makes the account and signs it in. */
export const redeemLink = (account: NewAccount): Promise<Session> =>
  sendJson('POST', 'api/session/link', account);

/** The page hides what a person may not do; the server decides on its own. */
export const may = (session: Session | null | undefined, action: Action): boolean =>
  session?.actions.includes(action) ?? false;
