import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { keepFocus } from '@/shared/lib/focus';
import { useSaving } from '@/shared/lib/saving';
import { Trouble } from './Trouble';

/** What is about to be done that cannot simply be taken back. */
export interface Doubt {
  title: string;
  /** What follows from it, in words. */
  consequence: string;
  /** The verb that does it. */
  label: string;
  act: () => Promise<unknown>;
}

interface ConfirmDialogProps {
  doubt: Doubt | null;
  /** What shows the outcome: the first keys of queries. */
  shown: readonly string[];
  onClose: () => void;
}

/** Ask before something is done that cannot simply be taken back. */
export function ConfirmDialog({ doubt, shown, onClose }: ConfirmDialogProps): ReactElement {
  return (
    <Modal
      opened={doubt !== null}
      onClose={onClose}
      title={doubt?.title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {doubt && <Question doubt={doubt} shown={shown} onClose={onClose} />}
    </Modal>
  );
}

function Question(props: ConfirmDialogProps & { doubt: Doubt }): ReactElement {
  const { doubt, shown, onClose } = props;
  const act = useSaving(shown, doubt.act, () => {
    onClose();
    keepFocus();
  });
  return (
    <Stack gap="md">
      <Text size="sm">{doubt.consequence}</Text>
      <Trouble error={act.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button
          color="red.9"
          loading={act.isPending}
          onClick={() => {
            act.mutate();
          }}
        >
          {doubt.label}
        </Button>
      </Group>
    </Stack>
  );
}
