import { queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import type { Answer, Enrolment } from './types';

/** One's own second factor; an error of status 409 for who signs in by the identity provider. */
export const factorQuery = queryOptions({
  queryKey: ['account', 'factor'],
  retry: false,
  queryFn: ({ signal }) =>
    getJson<Answer<'/api/session/second-factor'>>('api/session/second-factor', undefined, signal),
});

/** One's own signed-in browsers, newest first. */
export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: ({ signal }) => getJson<Answer<'/api/sessions'>>('api/sessions', undefined, signal),
});

export const changePassword = (old: string, fresh: string): Promise<void> =>
  sendJson('PUT', 'api/session/password', { old, new: fresh });

export const endSession = (key: string): Promise<void> =>
  sendJson('DELETE', `api/sessions/${encodeURIComponent(key)}`);

export const enrolFactor = (): Promise<Enrolment> => sendJson('POST', 'api/session/second-factor');

/** The recovery codes, told this once. */
export const confirmFactor = async (code: string): Promise<string[]> => {
  const path = 'api/session/second-factor/confirmation';
  return (await sendJson<{ codes: string[] }>('POST', path, { code })).codes;
};

export const removeFactor = (password: string, code: string): Promise<void> =>
  sendJson('POST', 'api/session/second-factor/removal', { password, code });
