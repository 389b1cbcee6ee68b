import { queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import type { Facts, SortingRule, Tried } from './types';

const SORTING = 'api/governance/sorting';
const path = (key: string): string => `${SORTING}/${encodeURIComponent(key)}`;

/** The sorting rules in the order in which they are looked at. */
export const sortingQuery = queryOptions({
  queryKey: ['sorting'],
  queryFn: ({ signal }) => getJson<SortingRule[]>(SORTING, undefined, signal),
});

/** Make or replace a rule, for studies that come in from now on. */
export const putRule = ({ key, ...body }: SortingRule): Promise<unknown> => sendJson('PUT', path(key), body);

/** Take a rule out of force. */
export const removeRule = (key: string): Promise<void> => sendJson('DELETE', path(key));

/** What a study of these facts would be, and by which rules. */
export const tryRules = (facts: Facts): Promise<Tried> => sendJson('POST', path('try'), facts);
