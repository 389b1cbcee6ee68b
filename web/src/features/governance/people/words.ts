import type { Account } from '@/api/types';
import { titleOf } from '../fields/roles';

/** Where a person's sign-in is kept. */
export const kindWords = ({ kind }: Account): string =>
  kind === 'local' ? 'Password here' : 'Identity provider';

/** Whether the person is asked for a second factor here; the provider's is its own matter. */
export const factorWords = ({ kind, second_factor }: Account): string => {
  if (kind !== 'local') return 'The provider’s matter';
  return second_factor ? 'Second factor' : 'No second factor';
};

export const stateWords = ({ enabled }: Account): string => (enabled ? 'Enabled' : 'Barred');

/** Roles in a line, as the reader's language sorts them. */
export const rolesWords = (roles: string[]): string =>
  roles
    .map(titleOf)
    .sort((a, b) => a.localeCompare(b))
    .join(', ');

/** Whether each of the typed words begins or stands in something that is said of the account. */
export function matches(account: Account, typed: string): boolean {
  const { name, display_name, roles, groups, service_lines, facilities } = account;
  const said = [
    name,
    display_name,
    rolesWords(roles),
    kindWords(account),
    factorWords(account),
    stateWords(account),
  ];
  const text = [...said, ...roles, ...(groups ?? []), ...(service_lines ?? []), ...(facilities ?? [])]
    .join('\n')
    .toLocaleLowerCase();
  return typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
