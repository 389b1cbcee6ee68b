import { Alert, Button, Group, Modal, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { changeAction, openAction, type Improvement, type Measure, type Plan } from '@/api/scorecards';
import { daysAgo } from '@/shared/lib/dates';
import { WORDS } from './measures';
import { useSaving } from '@/shared/lib/saving';

const STATES = [
  { value: 'open', label: 'Open' },
  { value: 'done', label: 'Done' },
  { value: 'dropped', label: 'Dropped' },
];
const USUAL_DAYS = 30;

interface ActionDialogProps {
  line: string;
  measure: Measure;
  /** The action to change; null for a new one. */
  action: Improvement | null;
  onClose: () => void;
}

/** What an action says now; a new one is due in a month. */
function planOf(action: Improvement | null): Required<Plan> {
  if (!action) return { text: '', owner: '', due: daysAgo(-USUAL_DAYS), state: 'open' };
  const { text, owner, due, state } = action;
  return { text, owner, due, state };
}

/** Say what is done about a measure, by whom, and until which day; or what has become of it. */
export function ActionDialog({ line, measure, action, onClose }: ActionDialogProps): ReactElement {
  const [plan, setPlan] = useState(() => planOf(action));
  const change = (part: Partial<Plan>): void => {
    setPlan({ ...plan, ...part });
  };
  const ready = plan.text.trim().length > 2 && plan.due !== '';
  const save = useSaving(
    ['scorecards'],
    () => (action ? changeAction(action.key, plan) : openAction(line, measure, plan)),
    onClose,
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${WORDS[measure].title}: ${action ? 'action' : 'new action'}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) save.mutate();
        }}
      >
        <Stack gap="md">
          <Textarea
            label="What is done"
            autosize
            minRows={2}
            maxLength={1000}
            value={plan.text}
            onChange={(event) => {
              change({ text: event.currentTarget.value });
            }}
          />
          <TextInput
            label="By whom"
            maxLength={200}
            value={plan.owner}
            onChange={(event) => {
              change({ owner: event.currentTarget.value });
            }}
          />
          <TextInput
            label="Until"
            type="date"
            value={plan.due}
            onChange={(event) => {
              change({ due: event.currentTarget.value });
            }}
          />
          {action && (
            <NativeSelect
              label="State"
              data={STATES}
              value={plan.state}
              onChange={(event) => {
                change({ state: event.currentTarget.value });
              }}
            />
          )}
          {save.error && (
            <Alert color="red" role="alert" p="xs">
              {save.error.message}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!ready} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
