import { Alert, Button, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { rejectStudy, restoreStudy } from '@/api/studies';
import type { StudyRow } from '@/api/types';
import { fullName } from '@/shared/lib/person-name';

/** Reasons of Key Object titles for rejection (PS3.16 CID 7010/7011). */
const REASONS = [
  'Incorrect patient or worklist entry',
  'Rejected for quality reasons',
  'Rejected for patient safety reasons',
];
const OTHER = 'Another reason';

interface RejectDialogProps {
  study: StudyRow;
  opened: boolean;
  onClose: () => void;
}

/** Take a study out of every list, with its reason; and take that back. */
export function RejectDialog({ study, opened, onClose }: RejectDialogProps): ReactElement {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [reason, setReason] = useState<string>('');
  const [words, setWords] = useState('');
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['studies'] });
  const reject = useMutation({
    mutationFn: () => rejectStudy(study.study_uid, reason === OTHER ? words.trim() : reason),
    onSuccess: refresh,
  });
  const restore = useMutation({
    mutationFn: () => restoreStudy(study.study_uid),
    onSuccess: async () => {
      reject.reset();
      await refresh();
      onClose();
    },
  });
  const error = reject.error ?? restore.error;
  const ready = reason === OTHER ? words.trim().length > 2 : reason !== '';

  if (reject.isSuccess) {
    return (
      <Modal
        opened={opened}
        onClose={() => void navigate({ to: '/studies' })}
        title="Study rejected"
        withCloseButton={false}
      >
        <Text size="sm">It left every list. Its images are kept, and it can be restored.</Text>
        <Group justify="flex-end" mt="lg">
          <Button
            variant="default"
            loading={restore.isPending}
            onClick={() => {
              restore.mutate();
            }}
          >
            Undo
          </Button>
          <Button onClick={() => void navigate({ to: '/studies' })}>Back to the studies</Button>
        </Group>
      </Modal>
    );
  }
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Reject this study"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <Text size="sm">
          {fullName(study.patient_name)}, {study.description ?? 'no description'}. It leaves every list;
          nothing is deleted, and you can undo it.
        </Text>
        <Radio.Group value={reason} onChange={setReason} label="Reason" aria-label="Reason">
          <Stack gap={8} mt={6}>
            {[...REASONS, OTHER].map((one) => (
              <Radio key={one} value={one} label={one} size="xs" />
            ))}
          </Stack>
        </Radio.Group>
        {reason === OTHER && (
          <Textarea
            label="In your words"
            autosize
            minRows={2}
            value={words}
            onChange={(event) => {
              setWords(event.currentTarget.value);
            }}
          />
        )}
        {error && (
          <Alert color="red" role="alert" p="xs">
            {error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button
            color="red.9"
            disabled={!ready}
            loading={reject.isPending}
            onClick={() => {
              reject.mutate();
            }}
          >
            Reject
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
