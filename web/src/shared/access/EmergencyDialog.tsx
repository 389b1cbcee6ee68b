import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { breakGlass, lookAgain } from '@/api/emergency';
import type { EmergencyAccess } from '@/api/types';
import { patientWords } from '@/shared/lib/patient-key';
import { reasonFault } from '@/shared/lib/reason';
import { Trouble } from '@/shared/ui/Trouble';
import { keyOf, NOBODY, PatientFields } from './PatientFields';

export interface EmergencyDialogProps {
  opened: boolean;
  onClose: () => void;
  /** Whose record it is, where the page knows. */
  patientKey?: string | undefined;
  onDone?: ((access: EmergencyAccess) => void) | undefined;
}

/** Open a patient's closed record to oneself, for a time and under one's name. */
export function EmergencyDialog({ opened, onClose, ...form }: EmergencyDialogProps): ReactElement {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Emergency access"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form onClose={onClose} {...form} />
    </Modal>
  );
}

function Form({ onClose, patientKey, onDone }: Omit<EmergencyDialogProps, 'opened'>): ReactElement {
  const client = useQueryClient();
  const [patient, setPatient] = useState(NOBODY);
  const [reason, setReason] = useState('');
  const key = patientKey ?? keyOf(patient);
  const fault = reasonFault(reason);
  const take = useMutation({
    mutationFn: () => breakGlass(key, reason),
    onSuccess: async (access) => {
      onClose();
      onDone?.(access);
      await lookAgain(client);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key && !fault) take.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Emergency access">
      <Stack gap="md">
        <Text size="sm">
          Opens one patient’s whole record to you for <b>four hours</b>. All you do with it is recorded, and
          somebody <b>reviews it by your name within three days</b>.
        </Text>
        {patientKey ? (
          <Text size="sm">
            Patient <b className="mono">{patientWords(patientKey)}</b>
          </Text>
        ) : (
          <PatientFields patient={patient} onChange={setPatient} />
        )}
        <Textarea
          label="Reason"
          description={fault && reason ? fault : 'Why this patient, why now. At least 10 characters.'}
          autosize
          minRows={2}
          maxLength={1000}
          data-autofocus={patientKey ? true : undefined}
          value={reason}
          onChange={(event) => {
            setReason(event.currentTarget.value);
          }}
        />
        <Trouble error={take.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red.9" disabled={!key || fault !== null} loading={take.isPending}>
            Open the record
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
