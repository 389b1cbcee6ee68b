import { Button, Group } from '@mantine/core';
import { IconBan } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { peersQuery, removePeer } from '@/api/network';
import { placesQuery } from '@/api/places';
import type { Peer, Place } from '@/api/types';
import { Answered } from '@/shared/ui/Answered';
import type { Doubt } from '@/shared/ui/ConfirmDialog';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { placeWords } from '../fields/places';
import { titleOf } from '../fields/roles';
import { Nothing, Part } from '../Part';
import { PeerDialog, type PeerTurn } from './PeerDialog';
import { hostWords } from './words';
import classes from './network.module.css';

/** The rules that admit AEs. */
export function Peers({ onDoubt }: { onDoubt: (doubt: Doubt) => void }): ReactElement {
  const peers = useQuery(peersQuery);
  const { data: facilities } = useQuery(placesQuery('facilities'));
  const [turn, setTurn] = useState<PeerTurn | null>(null);
  return (
    <Part
      title="AEs admitted"
      lead="Who may call us by DICOM. The roles of all rules that match add up; who matches none is rejected."
      actions={
        <Button
          onClick={() => {
            setTurn({ peer: null });
          }}
        >
          Admit an AE…
        </Button>
      }
    >
      <Answered answer={peers} waiting="Asking for the rules…">
        {(data) =>
          data.length > 0 ? (
            <Records
              label="AEs admitted"
              rows={data}
              columns={columns(facilities, setTurn, onDoubt)}
              keyOf={({ key }) => key}
            />
          ) : (
            <Nothing>
              No AE is admitted: every association is rejected. Admit one to receive images by DICOM.
            </Nothing>
          )
        }
      </Answered>
      <PeerDialog
        turn={turn}
        onClose={() => {
          setTurn(null);
        }}
      />
    </Part>
  );
}

const removal = ({ key, title }: Peer): Doubt => ({
  title: `Remove the rule for ${title}`,
  consequence:
    'AEs that no other rule admits are rejected from now on, and what they send does not arrive. Associations that are open go on.',
  label: 'Remove',
  act: () => removePeer(key),
});

const columns = (
  facilities: Place[] | undefined,
  onEdit: (turn: PeerTurn) => void,
  onDoubt: (doubt: Doubt) => void,
): RecordColumn<Peer>[] => [
  {
    title: 'AE title',
    cell: ({ title, note }) => (
      <span>
        <b className="mono">{title}</b>
        {note && <small className={classes.under}>{note}</small>}
      </span>
    ),
  },
  { title: 'From', cell: (peer) => <span className="mono">{hostWords(peer)}</span> },
  { title: 'As', cell: ({ role }) => titleOf(role) },
  { title: 'Facilities', cell: (peer) => placeWords(facilities, peer.facilities, 'Every facility') },
  {
    title: 'State',
    width: '7rem',
    cell: ({ enabled }) =>
      enabled ? (
        'In force'
      ) : (
        <span className={classes.off}>
          <IconBan size={14} stroke={1.8} aria-hidden="true" />
          Switched off
        </span>
      ),
  },
  {
    title: 'Change it',
    width: '9.5rem',
    cell: (peer) => (
      <Group gap="xs" wrap="nowrap">
        <Button
          variant="default"
          aria-label={`Edit the rule for ${peer.title}`}
          onClick={() => {
            onEdit({ peer });
          }}
        >
          Edit…
        </Button>
        <Button
          variant="default"
          aria-label={`Remove the rule for ${peer.title}`}
          onClick={() => {
            onDoubt(removal(peer));
          }}
        >
          Remove…
        </Button>
      </Group>
    ),
  },
];
