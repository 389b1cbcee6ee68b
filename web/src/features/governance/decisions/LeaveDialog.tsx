import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import type { ReactElement } from 'react';

/** Asks before what somebody wrote is lost with the page. */
export function LeaveDialog({ dirty }: { dirty: boolean }): ReactElement {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => dirty,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  return (
    <Modal
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      title="Leave what you wrote?"
      closeButtonProps={{ 'aria-label': 'Close the dialog' }}
    >
      <Stack gap="md">
        <Text size="sm">It is not kept anywhere yet, and is lost when you leave.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => proceed?.()}>
            Leave it
          </Button>
          <Button onClick={() => reset?.()}>Go on writing</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
