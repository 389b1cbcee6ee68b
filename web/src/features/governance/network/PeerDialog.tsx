import { Button, Group, Modal, Stack, Switch, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { putPeer } from '@/api/network';
import type { NewPeer, Peer } from '@/api/types';
import { useSaving } from '@/shared/lib/saving';
import { Trouble } from '@/shared/ui/Trouble';
import { FacilitiesField, LinesField } from '../fields/BelongingFields';
import { RoleField } from '../fields/RolesField';

/** A rule to change; null for a new one. */
export interface PeerTurn {
  peer: Peer | null;
}

interface PeerDialogProps {
  turn: PeerTurn | null;
  onClose: () => void;
}

/** Admit AEs by a rule, or change one. */
export function PeerDialog({ turn, onClose }: PeerDialogProps): ReactElement {
  return (
    <Modal
      opened={turn !== null}
      onClose={onClose}
      title={turn?.peer ? `The rule for ${turn.peer.title}` : 'Admit an AE'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {turn && <Form peer={turn.peer} onClose={onClose} />}
    </Modal>
  );
}

const NEW: NewPeer = {
  title: '',
  host: '',
  role: 'modality',
  certificate_sha256: '',
  note: '',
  enabled: true,
};

function Form({ peer, onClose }: { peer: Peer | null; onClose: () => void }): ReactElement {
  const { key, ...given } = peer ?? { key: null, ...NEW };
  const [rule, setRule] = useState<NewPeer>(given);
  const save = useSaving(['peers'], () => putPeer(rule, key), onClose);
  const change = (part: Partial<NewPeer>): void => {
    setRule({ ...rule, ...part });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const text = (
    name: 'title' | 'host' | 'certificate_sha256' | 'note',
    label: string,
    description?: string,
  ): ReactElement => (
    <TextInput
      label={label}
      description={description}
      styles={name === 'note' ? {} : { input: { fontFamily: 'var(--mono)' } }}
      maxLength={name === 'note' ? 500 : 100}
      autoComplete="off"
      spellCheck={false}
      value={rule[name]}
      onChange={(event) => {
        change({ [name]: event.currentTarget.value });
      }}
    />
  );
  return (
    <form onSubmit={submit} aria-label="Admit an AE">
      <Stack gap="md">
        {text('title', 'Calling AE title', '* and ? stand for others, as in CT*')}
        {text('host', 'From', 'An address, a network as 10.1.0.0/16, or * for anywhere')}
        <RoleField
          value={rule.role}
          onChange={(role) => {
            change({ role });
          }}
        />
        <FacilitiesField
          value={rule.facilities ?? []}
          onChange={(facilities) => {
            change({ facilities });
          }}
        />
        <LinesField
          value={rule.service_lines ?? []}
          onChange={(service_lines) => {
            change({ service_lines });
          }}
        />
        {text('certificate_sha256', 'Client certificate', 'Its SHA-256, where it must show one; needs TLS')}
        {text('note', 'Note')}
        <Switch
          label="In force"
          checked={rule.enabled}
          onChange={(event) => {
            change({ enabled: event.currentTarget.checked });
          }}
        />
        <Trouble error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!rule.title.trim() || !rule.host.trim()} loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
