import { Button, TextInput } from '@mantine/core';
import { IconSearch, IconUserPlus, IconUserSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { accountsQuery } from '@/api/people';
import { plural } from '@/shared/lib/quantities';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { Records } from '@/shared/ui/Records';
import { PageHead } from '../PageHead';
import { usePeopleColumns } from './columns';
import { InviteDialog } from './InviteDialog';
import { PersonPanel } from './PersonPanel';
import { matches } from './words';
import classes from './people.module.css';

/** Who can sign in, and what they are. */
export function PeoplePage(): ReactElement {
  const { data, error, refetch } = useQuery(accountsQuery);
  const [typed, setTyped] = useState('');
  const [opened, setOpened] = useState<string | null>(null);
  const [inviting, setInviting] = useState(false);
  const columns = usePeopleColumns();
  const found = data?.filter((account) => matches(account, typed)) ?? [];
  return (
    <>
      <PageHead title="People" lead="Who can sign in, in which roles, and where in the house they work.">
        <Button
          leftSection={<IconUserPlus size={15} stroke={1.7} />}
          onClick={() => {
            setInviting(true);
          }}
        >
          Invite a person…
        </Button>
      </PageHead>
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && <p aria-busy="true">Asking for the people…</p>}
      {data && (
        <div className={classes.search} role="search">
          <TextInput
            label="Search people"
            placeholder="Name, role, place, “barred”"
            leftSection={<IconSearch size={15} stroke={1.7} />}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
          <p role="status">{plural(found.length, 'person', 'people')}</p>
        </div>
      )}
      {data && found.length === 0 && (
        <Notice icon={<IconUserSearch size={26} stroke={1.5} />} title="Nobody matches">
          <p>Take a word away, or invite the person.</p>
        </Notice>
      )}
      {found.length > 0 && (
        <Records
          label="People"
          rows={found}
          columns={columns}
          keyOf={({ name }) => name}
          open={opened}
          onOpen={({ name }) => {
            setOpened(name);
          }}
        />
      )}
      <InviteDialog
        opened={inviting}
        onClose={() => {
          setInviting(false);
        }}
      />
      <PersonPanel
        account={data?.find(({ name }) => name === opened)}
        onClose={() => {
          setOpened(null);
        }}
      />
    </>
  );
}
