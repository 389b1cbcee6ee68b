import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { newPassword } from '@/api/people';
import { Trouble } from '@/shared/ui/Trouble';
import { LinkShown } from './LinkShown';

interface NewPasswordDialogProps {
  /** Whose password is lost; null while nobody's is. */
  account: string | null;
  onClose: () => void;
}

/** Make a link by which a person sets a new password. */
export function NewPasswordDialog({ account, onClose }: NewPasswordDialogProps): ReactElement {
  return (
    <Modal
      opened={account !== null}
      onClose={onClose}
      closeOnClickOutside={false}
      title={`New password for ${account ?? ''}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {account !== null && <Maker account={account} onClose={onClose} />}
    </Modal>
  );
}

function Maker({ account, onClose }: { account: string; onClose: () => void }): ReactElement {
  const make = useMutation({ mutationFn: () => newPassword(account), gcTime: 0 });
  if (make.data) {
    return (
      <LinkShown link={make.data} onClose={onClose}>
        Give it to <b>{account}</b> and to nobody else: it opens their account. They choose a new password.
      </LinkShown>
    );
  }
  return (
    <Stack gap="md">
      <Text size="sm">
        The old password stays good until the link is used; then it ends, and so does every session of the
        person.
      </Text>
      <Trouble error={make.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          loading={make.isPending}
          onClick={() => {
            make.mutate();
          }}
        >
          Make the link
        </Button>
      </Group>
    </Stack>
  );
}
