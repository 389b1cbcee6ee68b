import { Button, Group, Modal, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { relate } from '@/api/doors';
import { lookAgain } from '@/api/emergency';
import { keyOf, MONO, NOBODY, PatientFields } from '@/shared/access';
import { Trouble } from '@/shared/ui/Trouble';
import { actorWords } from './names';

/** What a relation is called on our pages. */
export const RELATION_WORDS: Record<string, string> = {
  'care-team': 'Cares for',
  ordering: 'Orders for',
  reading: 'Reads for',
};
const CHOICES = Object.entries(RELATION_WORDS).map(([value, label]) => ({ value, label }));

interface RelationDialogProps {
  principal: string;
  opened: boolean;
  onClose: () => void;
}

/** Say that somebody orders, reads or cares for a patient, or for one study. */
export function RelationDialog({ principal, opened, onClose }: RelationDialogProps): ReactElement {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Add a relation of ${actorWords(principal)}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form principal={principal} onClose={onClose} />
    </Modal>
  );
}

function Form({ principal, onClose }: Omit<RelationDialogProps, 'opened'>): ReactElement {
  const client = useQueryClient();
  const [relation, setRelation] = useState('care-team');
  const [to, setTo] = useState('patient');
  const [patient, setPatient] = useState(NOBODY);
  const [study, setStudy] = useState('');
  const [until, setUntil] = useState('');
  const about =
    to === 'patient'
      ? { patient_key: keyOf(patient), study_uid: '' }
      : { patient_key: '', study_uid: study.trim() };
  const add = useMutation({
    mutationFn: () =>
      relate({ principal, relation, ...about, until: until ? new Date(until).toISOString() : null }),
    onSuccess: async () => {
      onClose();
      await lookAgain(client);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Add a relation">
      <Stack gap="md">
        <Select
          label="Relation"
          data={CHOICES}
          value={relation}
          allowDeselect={false}
          onChange={(value) => {
            if (value) setRelation(value);
          }}
        />
        <SegmentedControl
          aria-label="Related to"
          size="xs"
          data={[
            { value: 'patient', label: 'A patient' },
            { value: 'study', label: 'One study' },
          ]}
          value={to}
          onChange={setTo}
        />
        {to === 'patient' ? (
          <PatientFields patient={patient} onChange={setPatient} />
        ) : (
          <TextInput
            label="Study Instance UID"
            styles={MONO}
            autoComplete="off"
            spellCheck={false}
            value={study}
            onChange={(event) => {
              setStudy(event.currentTarget.value);
            }}
          />
        )}
        <TextInput
          type="datetime-local"
          label="Until"
          description="In your time zone; empty is without end"
          value={until}
          onChange={(event) => {
            setUntil(event.currentTarget.value);
          }}
        />
        <Trouble error={add.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!about.patient_key && !about.study_uid} loading={add.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
