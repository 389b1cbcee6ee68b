import { queryOptions } from '@tanstack/react-query';
import { address } from './address';
import { getJson, sendJson } from './client';
import type { Account, AccountChange, GroupMapping, Role } from './types';

const ACCOUNTS = 'api/governance/accounts';
const MAPPINGS = 'api/governance/group-mappings';
/** How long a one-time link is good, as the server has it. */
const LINK_HOURS = 24;
const HOUR_MS = 3_600_000;

const path = (name: string): string => `${ACCOUNTS}/${encodeURIComponent(name)}`;

/** Every account by name. */
export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => getJson<Account[]>(ACCOUNTS, undefined, signal),
});

/** Every role, what it is for, and what the policies in force let a person in it do. */
export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => getJson<Role[]>('api/governance/roles', undefined, signal),
});

/** A link that opens the door once. */
export interface OneTimeLink {
  href: string;
  /** ISO 8601. */
  until: string;
}

async function link(body: { roles?: string[]; account?: string }): Promise<OneTimeLink> {
  const until = new Date(Date.now() + LINK_HOURS * HOUR_MS).toISOString();
  const { secret } = await sendJson<{ secret: string }>('POST', 'api/governance/links', body);
  const whose = body.account ? `?${new URLSearchParams({ account: body.account }).toString()}` : '';
  return { href: `${address('.')}#/welcome/${secret}${whose}`, until };
}

/** A link by which one person makes an account in some roles. */
export const invite = (roles: string[]): Promise<OneTimeLink> => link({ roles });

/** A link by which the person of an account sets a new password. */
export const newPassword = (account: string): Promise<OneTimeLink> => link({ account });

/** Give an account other roles and another place, or bar it; refused with 409 for the last administrator. */
export const changeAccount = (name: string, change: AccountChange): Promise<unknown> =>
  sendJson('PUT', path(name), change);

/** Delete an account; refused with 409 for the last administrator. */
export const removeAccount = (name: string): Promise<void> => sendJson('DELETE', path(name));

/** Take off the second factor of a person who lost the device. */
export const removeFactorOf = (name: string): Promise<void> =>
  sendJson('DELETE', `${path(name)}/second-factor`);

/** What the groups of the identity provider stand for. */
export const mappingsQuery = queryOptions({
  queryKey: ['mappings'],
  queryFn: ({ signal }) => getJson<GroupMapping[]>(MAPPINGS, undefined, signal),
});

/** Set what a group stands for, from the next sign-in of its members on. */
export const putMapping = (mapping: GroupMapping): Promise<unknown> => sendJson('PUT', MAPPINGS, mapping);

/** Let a group stand for nothing. */
export const removeMapping = (value: string): Promise<void> =>
  sendJson('DELETE', `${MAPPINGS}?${new URLSearchParams({ value }).toString()}`);
