import { Button, Group, Modal, Stack, Switch, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { putRemote } from '@/api/network';
import type { Destination } from '@/api/types';
import { useSaving } from '@/shared/lib/saving';
import { Trouble } from '@/shared/ui/Trouble';
import { portFault } from './words';

/** A destination to change; null for a new one. */
export interface RemoteTurn {
  remote: Destination | null;
}

interface RemoteDialogProps {
  turn: RemoteTurn | null;
  /** AE titles of destinations that there are. */
  taken: string[];
  onClose: () => void;
}

/** Add a destination, or change where it listens. */
export function RemoteDialog({ turn, taken, onClose }: RemoteDialogProps): ReactElement {
  return (
    <Modal
      opened={turn !== null}
      onClose={onClose}
      title={turn?.remote ? `The destination ${turn.remote.ae_title}` : 'Add a destination'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {turn && <Form remote={turn.remote} taken={taken} onClose={onClose} />}
    </Modal>
  );
}

const NEW: Destination = { ae_title: '', host: '', port: 104, tls: false };
const MONO = { input: { fontFamily: 'var(--mono)' } };

function Form(props: { remote: Destination | null; taken: string[]; onClose: () => void }): ReactElement {
  const { remote, taken, onClose } = props;
  const given = remote ?? NEW;
  const [title, setTitle] = useState(given.ae_title);
  const [host, setHost] = useState(given.host);
  const [port, setPort] = useState(String(given.port));
  const [tls, setTls] = useState(given.tls);
  const ae_title = title.trim();
  const twice = !remote && taken.includes(ae_title);
  const fault = portFault(port);
  const save = useSaving(
    ['remotes'],
    () => putRemote({ ae_title, host: host.trim(), port: Number(port), tls }),
    onClose,
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!twice && !fault) save.mutate();
  };
  const common = { autoComplete: 'off', spellCheck: false, styles: MONO };
  return (
    <form onSubmit={submit} aria-label="Destination">
      <Stack gap="md">
        <TextInput
          label="AE title"
          maxLength={16}
          readOnly={remote !== null}
          value={title}
          error={twice ? 'This destination is known already: edit it in the list.' : null}
          onChange={(event) => {
            setTitle(event.currentTarget.value);
          }}
          {...common}
        />
        <TextInput
          label="Host"
          description="A name or an address"
          value={host}
          onChange={(event) => {
            setHost(event.currentTarget.value);
          }}
          {...common}
        />
        <TextInput
          label="Port"
          inputMode="numeric"
          value={port}
          error={fault}
          onChange={(event) => {
            setPort(event.currentTarget.value);
          }}
          {...common}
        />
        <Switch
          label="Call it by TLS"
          checked={tls}
          onChange={(event) => {
            setTls(event.currentTarget.checked);
          }}
        />
        <Trouble error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            disabled={!ae_title || !host.trim() || twice || fault !== null}
            loading={save.isPending}
          >
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
