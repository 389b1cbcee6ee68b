import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { bodiesQuery, constitute, refreshDecisions } from '@/api/decisions';
import type { BodyView } from '@/api/types';
import { Trouble } from '@/shared/ui/Trouble';
import { constitutionFault, keyFault, keyOf, NEW_BODY } from './bodies';
import { ConstitutionFields } from './ConstitutionFields';

interface BodyDialogProps {
  opened: boolean;
  /** The body to change; a new one without. */
  body?: BodyView['body'];
  onClose: () => void;
}

/** An administrator words what a body is, as long as the house cannot decide for itself. */
export function BodyDialog({ opened, body, onClose }: BodyDialogProps): ReactElement {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={body ? `Change ${body.constitution.name}` : 'New body'}
      closeButtonProps={{ 'aria-label': 'Close the dialog' }}
    >
      <Form {...(body && { body })} onClose={onClose} />
    </Modal>
  );
}

function Form({ body, onClose }: Omit<BodyDialogProps, 'opened'>): ReactElement {
  const client = useQueryClient();
  const [constitution, setConstitution] = useState(body?.constitution ?? NEW_BODY);
  const key = body?.key ?? keyOf(constitution.name);
  const { data: bodies = [] } = useQuery(bodiesQuery);
  const fault = constitutionFault(constitution) ?? (body ? null : keyFault(key, bodies));
  const save = useMutation({
    mutationFn: () => constitute(key, constitution),
    onSuccess: async () => {
      await refreshDecisions(client);
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!fault) save.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Body">
      <Stack gap="md">
        <ConstitutionFields value={constitution} onChange={setConstitution} />
        <Trouble error={save.error} />
        {fault && <small>{fault}</small>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={fault !== null} loading={save.isPending}>
            {body ? 'Change it' : 'Make it'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
