import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { closeRecord, openRecord } from '@/api/doors';
import { lookAgain } from '@/api/emergency';
import { keyOf, NOBODY, PatientFields } from '@/shared/access';
import { patientWords } from '@/shared/lib/patient-key';
import { reasonFault } from '@/shared/lib/reason';
import { Trouble } from '@/shared/ui/Trouble';

/** What shall be done: close a record that is yet to be named, or open one again. */
export type Turn = { to: 'close' } | { to: 'open'; patientKey: string };

interface ClosingDialogProps {
  turn: Turn | null;
  onClose: () => void;
}

/** Close a patient's record, or open it again, with a reason. */
export function ClosingDialog({ turn, onClose }: ClosingDialogProps): ReactElement {
  return (
    <Modal
      opened={turn !== null}
      onClose={onClose}
      title={turn?.to === 'open' ? 'Open this record again' : 'Close a record'}
      closeButtonProps={{ 'aria-label': 'Close the dialog' }}
    >
      {turn && <Form turn={turn} onClose={onClose} />}
    </Modal>
  );
}

function Form({ turn, onClose }: { turn: Turn; onClose: () => void }): ReactElement {
  const client = useQueryClient();
  const [patient, setPatient] = useState(NOBODY);
  const [reason, setReason] = useState('');
  const opens = turn.to === 'open';
  const key = opens ? turn.patientKey : keyOf(patient);
  const fault = reasonFault(reason);
  const act = useMutation<unknown>({
    mutationFn: () => (opens ? openRecord : closeRecord)({ patient_key: key, reason }),
    onSuccess: async () => {
      onClose();
      await lookAgain(client);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key && !fault) act.mutate();
  };
  return (
    <form onSubmit={submit} aria-label={opens ? 'Open a record' : 'Close a record'}>
      <Stack gap="md">
        <Text size="sm">
          {opens
            ? 'Everybody whom the policies allow finds its studies again.'
            : 'All its studies leave the lists of everybody who does not order, read or care; those that arrive later too.'}
        </Text>
        {opens ? (
          <Text size="sm">
            Patient <b className="mono">{patientWords(key)}</b>
          </Text>
        ) : (
          <PatientFields patient={patient} onChange={setPatient} />
        )}
        <Textarea
          label="Reason"
          description={fault && reason ? fault : 'Who asked for it, and why. At least 10 characters.'}
          autosize
          minRows={2}
          maxLength={1000}
          value={reason}
          onChange={(event) => {
            setReason(event.currentTarget.value);
          }}
        />
        <Trouble error={act.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!key || fault !== null} loading={act.isPending}>
            {opens ? 'Open the record' : 'Close the record'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
