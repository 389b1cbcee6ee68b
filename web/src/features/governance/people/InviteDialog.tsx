import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { invite } from '@/api/people';
import { Trouble } from '@/shared/ui/Trouble';
import { RolesField } from '../fields/RolesField';
import { LinkShown } from './LinkShown';

interface InviteDialogProps {
  opened: boolean;
  onClose: () => void;
}

/** Make a link by which one person makes an account. A click beside the dialog must not lose it. */
export function InviteDialog({ opened, onClose }: InviteDialogProps): ReactElement {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      closeOnClickOutside={false}
      title="Invite a person"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }): ReactElement {
  const [roles, setRoles] = useState<string[]>([]);
  const make = useMutation({ mutationFn: () => invite(roles), gcTime: 0 });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  if (make.data) {
    return (
      <LinkShown link={make.data} onClose={onClose}>
        Send it to the person whom you invite. It opens the door to whoever has it first.
      </LinkShown>
    );
  }
  return (
    <form onSubmit={submit} aria-label="Invite a person">
      <Stack gap="md">
        <Text size="sm">
          The person chooses a name and a password by a link that works once. Where they work can be set
          afterwards.
        </Text>
        <RolesField value={roles} onChange={setRoles} />
        <Trouble error={make.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={roles.length === 0} loading={make.isPending}>
            Make the link
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
