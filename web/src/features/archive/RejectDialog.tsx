import { Button, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { rejectStudy, restoreStudy } from '@/api/studies';
import type { StudyRow } from '@/api/types';
import { fullName } from '@/shared/lib/person-name';
import { useAnnounce } from '@/shared/ui/Announcements';
import { Trouble } from '@/shared/ui/Trouble';

/** Reasons of Key Object titles for rejection (PS3.16 CID 7010/7011). */
const REASONS = [
  'Incorrect patient or worklist entry',
  'Rejected for quality reasons',
  'Rejected for patient safety reasons',
];
const OTHER = 'Another reason';
/** Queries that show studies. */
const LISTS = ['studies', 'study', 'everywhere', 'priors', 'study-state', 'series', 'status'];

interface RejectDialogProps {
  study: StudyRow;
  opened: boolean;
  onClose: () => void;
}

/** Take a study out of every list, with its reason; the page offers to take that back. */
export function RejectDialog({ study, opened, onClose }: RejectDialogProps): ReactElement {
  const client = useQueryClient();
  const navigate = useNavigate();
  const announce = useAnnounce();
  const [reason, setReason] = useState<string>('');
  const [words, setWords] = useState('');
  const lookAgain = async (): Promise<void> => {
    await Promise.all(LISTS.map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
  const reject = useMutation({
    mutationFn: () => rejectStudy(study.study_uid, reason === OTHER ? words.trim() : reason),
    onSuccess: async () => {
      onClose();
      // The study's own page has nothing to show any more, so it is left before anybody looks again.
      await navigate({ to: '/studies' });
      announce({
        text: `The study of ${fullName(study.patient_name)} was rejected: it left every list. Its images are kept.`,
        undo: {
          act: async () => {
            await restoreStudy(study.study_uid);
            await lookAgain();
          },
          done: `The study of ${fullName(study.patient_name)} is back in every list.`,
        },
      });
      await lookAgain();
    },
  });
  const ready = reason === OTHER ? words.trim().length > 2 : reason !== '';

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
        <Trouble error={reject.error} />
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
