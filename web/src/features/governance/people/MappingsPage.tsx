import { Button } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { mappingsQuery, removeMapping } from '@/api/people';
import { waysQuery } from '@/api/session';
import type { GroupMapping } from '@/api/types';
import { Answered } from '@/shared/ui/Answered';
import { ConfirmDialog, type Doubt } from '@/shared/ui/ConfirmDialog';
import { Notice } from '@/shared/ui/Notice';
import { Records } from '@/shared/ui/Records';
import { PageHead } from '../PageHead';
import { useMappingColumns } from './mapping-columns';
import { MappingDialog, type MappingTurn } from './MappingDialog';
import classes from './people.module.css';

/** What the groups of the identity provider stand for here. */
export function MappingsPage(): ReactElement {
  const mappings = useQuery(mappingsQuery);
  const { data: ways } = useQuery(waysQuery);
  const [turn, setTurn] = useState<MappingTurn | null>(null);
  const [doubt, setDoubt] = useState<Doubt | null>(null);
  const columns = useMappingColumns(setTurn, (mapping) => {
    setDoubt(removal(mapping));
  });
  const add = (
    <Button
      onClick={() => {
        setTurn({ mapping: null });
      }}
    >
      Map a group…
    </Button>
  );
  return (
    <>
      <PageHead
        title="Provider groups"
        lead="What membership in a group of the identity provider means here. Several add up; who is in none is not let in."
      >
        {mappings.data?.length !== 0 && add}
      </PageHead>
      {ways && !ways.provider && (
        <p className={classes.hint}>
          No identity provider is set up yet: people sign in by a password here. What you map is in force once
          one is.
        </p>
      )}
      <Answered answer={mappings} waiting="Asking for the groups…">
        {(data) =>
          data.length > 0 ? (
            <Records label="Provider groups" rows={data} columns={columns} keyOf={({ value }) => value} />
          ) : (
            <Notice
              icon={<IconUsersGroup size={26} stroke={1.5} />}
              title="No group stands for anything"
              actions={add}
            >
              <p>Nobody can sign in by the identity provider until one of their groups is mapped.</p>
            </Notice>
          )
        }
      </Answered>
      <MappingDialog
        turn={turn}
        taken={mappings.data?.map(({ value }) => value) ?? []}
        onClose={() => {
          setTurn(null);
        }}
      />
      <ConfirmDialog
        doubt={doubt}
        shown={['mappings']}
        onClose={() => {
          setDoubt(null);
        }}
      />
    </>
  );
}

const removal = ({ value }: GroupMapping): Doubt => ({
  title: 'Remove the mapping',
  consequence: `From their next sign-in on, “${value}” gives its members nothing here. Who is in no other mapped group is not let in.`,
  label: 'Remove',
  act: () => removeMapping(value),
});
