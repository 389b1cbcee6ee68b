import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { remotesQuery, removeRemote } from '@/api/network';
import type { Destination } from '@/api/types';
import { Answered } from '@/shared/ui/Answered';
import type { Doubt } from '@/shared/ui/ConfirmDialog';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { Nothing, Part } from '../Part';
import { RemoteDialog, type RemoteTurn } from './RemoteDialog';

/** Where we can send to. */
export function Remotes({ onDoubt }: { onDoubt: (doubt: Doubt) => void }): ReactElement {
  const remotes = useQuery(remotesQuery);
  const [turn, setTurn] = useState<RemoteTurn | null>(null);
  return (
    <Part
      title="Destinations"
      lead="Where we can send images to when somebody asks for them by C-MOVE, and tell of Storage Commitment."
      actions={
        <Button
          onClick={() => {
            setTurn({ remote: null });
          }}
        >
          Add a destination…
        </Button>
      }
    >
      <Answered answer={remotes} waiting="Asking for the destinations…">
        {(data) =>
          data.length > 0 ? (
            <Records
              label="Destinations"
              rows={data}
              columns={columns(setTurn, onDoubt)}
              keyOf={({ ae_title }) => ae_title}
            />
          ) : (
            <Nothing>
              No destination is known: a C-MOVE is refused. Add the AE that images shall be sent to.
            </Nothing>
          )
        }
      </Answered>
      <RemoteDialog
        turn={turn}
        taken={remotes.data?.map(({ ae_title }) => ae_title) ?? []}
        onClose={() => {
          setTurn(null);
        }}
      />
    </Part>
  );
}

const removal = ({ ae_title }: Destination): Doubt => ({
  title: `Remove ${ae_title}`,
  consequence: `Nothing is sent to ${ae_title} any more: a C-MOVE to it is refused, and results of Storage Commitment wait until it is known again.`,
  label: 'Remove',
  act: () => removeRemote(ae_title),
});

const columns = (
  onEdit: (turn: RemoteTurn) => void,
  onDoubt: (doubt: Doubt) => void,
): RecordColumn<Destination>[] => [
  { title: 'AE title', cell: ({ ae_title }) => <b className="mono">{ae_title}</b> },
  {
    title: 'Listens at',
    width: 'minmax(0, 2fr)',
    cell: ({ host, port }) => <span className="mono">{`${host}, port ${port}`}</span>,
  },
  { title: 'Connection', cell: ({ tls }) => (tls ? 'TLS' : 'In the open') },
  {
    title: 'Change it',
    width: '9.5rem',
    cell: (remote) => (
      <Group gap="xs" wrap="nowrap">
        <Button
          variant="default"
          aria-label={`Edit ${remote.ae_title}`}
          onClick={() => {
            onEdit({ remote });
          }}
        >
          Edit…
        </Button>
        <Button
          variant="default"
          aria-label={`Remove ${remote.ae_title}`}
          onClick={() => {
            onDoubt(removal(remote));
          }}
        >
          Remove…
        </Button>
      </Group>
    ),
  },
];
