import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { putRule } from '@/api/sorting';
import type { SortingRule } from '@/api/types';
import { useSaving } from '@/shared/lib/saving';
import { Trouble } from '@/shared/ui/Trouble';
import { ConditionFields } from './ConditionFields';
import { GivenFields } from './GivenFields';
import { NEW_ORDER, orderFault } from './order';

/** A rule to change; null for a new one. */
export interface RuleTurn {
  rule: SortingRule | null;
}

interface RuleDialogProps {
  turn: RuleTurn | null;
  /** Keys of rules that there are. */
  taken: string[];
  onClose: () => void;
}

/** Make a sorting rule, or change one. */
export function RuleDialog({ turn, taken, onClose }: RuleDialogProps): ReactElement {
  return (
    <Modal
      opened={turn !== null}
      onClose={onClose}
      size="lg"
      title={turn?.rule ? `The rule ${turn.rule.key}` : 'Make a rule'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {turn && <Form rule={turn.rule} taken={taken} onClose={onClose} />}
    </Modal>
  );
}

const NEW: SortingRule = { key: '', order: NEW_ORDER, note: '' };

function Form(props: { rule: SortingRule | null; taken: string[]; onClose: () => void }): ReactElement {
  const { rule: given, taken, onClose } = props;
  const [rule, setRule] = useState(given ?? NEW);
  const [order, setOrder] = useState(String(rule.order));
  const key = rule.key.trim().toLowerCase();
  const twice = !given && taken.includes(key);
  const fault = orderFault(order);
  const gives = Boolean(rule.facility ?? rule.service_line ?? rule.sensitivity);
  const save = useSaving(['sorting'], () => putRule({ ...rule, key, order: Number(order) }), onClose);
  const change = (part: Partial<SortingRule>): void => {
    setRule({ ...rule, ...part });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!twice && !fault) save.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Sorting rule">
      <Stack gap="md">
        <Group grow align="flex-start">
          <TextInput
            label="Name"
            description="Letters, digits and dashes; it says why a study was sorted so"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            readOnly={given !== null}
            value={rule.key}
            error={twice ? 'There is a rule of this name: edit it in the list.' : null}
            onChange={(event) => {
              change({ key: event.currentTarget.value });
            }}
          />
          <TextInput
            label="Order"
            description="Smaller numbers are looked at first"
            inputMode="numeric"
            value={order}
            error={fault}
            onChange={(event) => {
              setOrder(event.currentTarget.value);
            }}
          />
        </Group>
        <ConditionFields
          conditions={rule.conditions ?? {}}
          onChange={(conditions) => {
            change({ conditions });
          }}
        />
        <GivenFields rule={rule} onChange={change} />
        <TextInput
          label="Note"
          maxLength={500}
          value={rule.note}
          onChange={(event) => {
            change({ note: event.currentTarget.value });
          }}
        />
        <Text size="sm">It is for studies that come in from now on.</Text>
        <Trouble error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!key || !gives || twice || fault !== null} loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
