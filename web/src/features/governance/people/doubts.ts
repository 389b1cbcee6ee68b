import type { Account } from '@/api/types';
import type { Doubt } from '@/shared/ui/ConfirmDialog';

type Question = Omit<Doubt, 'act'>;

/** What follows from barring somebody. */
export const barring = ({ display_name }: Account): Question => ({
  title: `Bar ${display_name}`,
  consequence: `${display_name} is signed out everywhere at once and cannot sign in until you enable the account again. Roles and places stay as they are.`,
  label: 'Bar',
});

/** What follows from taking off somebody's second factor. */
export const takingOff = ({ display_name }: Account): Question => ({
  title: `Take off the second factor of ${display_name}`,
  consequence: `From now on the password alone opens the account, until ${display_name} sets up a device again. Be sure that it is they who ask.`,
  label: 'Take it off',
});

/** What follows from deleting an account. */
export const deletion = ({ display_name, name, kind }: Account): Question => ({
  title: `Delete the account of ${display_name}`,
  consequence: [
    `${display_name} is signed out everywhere, and the account “${name}” is gone with its roles, places and relations to patients. This cannot be undone.`,
    'The audit keeps what was done.',
    kind === 'oidc'
      ? 'Who is still in a mapped group of the provider gets a new account at the next sign-in: bar them instead.'
      : '',
  ]
    .filter(Boolean)
    .join(' '),
  label: 'Delete',
});
