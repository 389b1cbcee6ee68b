import { Button, Group, Stack, Text } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { changeAccount } from '@/api/people';
import type { Account } from '@/api/types';
import { useSaving } from '@/shared/lib/saving';
import { Trouble } from '@/shared/ui/Trouble';
import { FacilitiesField, GroupsField, LinesField } from '../fields/BelongingFields';
import { belongingOf } from '../fields/places';
import { RolesField } from '../fields/RolesField';
import classes from './people.module.css';

/** What a person may do, and where they work. */
export function PersonForm({ account }: { account: Account }): ReactElement {
  const [person, setPerson] = useState({ roles: account.roles, ...belongingOf(account) });
  const save = useSaving(['accounts', 'session'], () =>
    changeAccount(account.name, { ...person, enabled: account.enabled }),
  );
  const change = (part: Partial<typeof person>): void => {
    save.reset();
    setPerson({ ...person, ...part });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Roles and places" className={classes.part}>
      <Stack gap="md">
        {account.kind === 'oidc' && (
          <Text size="sm">
            The identity provider says at each sign-in what this person is. What you change here lasts until
            the next one; what lasts longer is set under Provider groups.
          </Text>
        )}
        <RolesField
          value={person.roles}
          onChange={(roles) => {
            change({ roles });
          }}
        />
        <LinesField
          value={person.service_lines}
          onChange={(service_lines) => {
            change({ service_lines });
          }}
        />
        <GroupsField
          value={person.groups}
          onChange={(groups) => {
            change({ groups });
          }}
        />
        <FacilitiesField
          value={person.facilities}
          onChange={(facilities) => {
            change({ facilities });
          }}
        />
        <Trouble error={save.error} />
        <Group justify="flex-end">
          <Text size="sm" role="status">
            {save.isSuccess && 'Saved.'}
          </Text>
          <Button type="submit" disabled={person.roles.length === 0} loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
