import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { putOwner, putTarget, type Score } from '@/api/scorecards';
import { readTarget, typedTarget, UNIT_WORDS, WORDS } from './measures';
import { useSaving } from '@/shared/lib/saving';

interface SettingDialogProps {
  line: string;
  score: Score;
  onClose: () => void;
}

/** Set what a line means to reach, and who answers for it; an empty target is the default. */
export function SettingDialog({ line, score, onClose }: SettingDialogProps): ReactElement {
  const [typed, setTyped] = useState(score.target_is_own ? typedTarget(score.unit, score.target) : '');
  const [owner, setOwner] = useState(score.owner);
  const target = readTarget(score.unit, typed);
  const wrong = typed.trim() !== '' && target === null;
  const save = useSaving(
    ['scorecards'],
    async () => {
      await putTarget(line, score.measure, target);
      await putOwner(line, score.measure, owner);
    },
    onClose,
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${WORDS[score.measure].title}: target and owner`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong) save.mutate();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={`Target, at ${score.more_is_better ? 'least' : 'most'}`}
            description={`In ${UNIT_WORDS[score.unit]}. Leave it empty for the default.`}
            inputMode="decimal"
            value={typed}
            error={wrong ? 'This is no target.' : null}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
          <TextInput
            label="Who answers for it"
            description="A person or a body."
            maxLength={200}
            value={owner}
            onChange={(event) => {
              setOwner(event.currentTarget.value);
            }}
          />
          {save.error && (
            <Alert color="red" role="alert" p="xs">
              {save.error.message}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={wrong} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
