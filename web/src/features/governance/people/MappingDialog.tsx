import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { putMapping } from '@/api/people';
import type { GroupMapping } from '@/api/types';
import { useSaving } from '@/shared/lib/saving';
import { Trouble } from '@/shared/ui/Trouble';
import { FacilitiesField, GroupsField, LinesField } from '../fields/BelongingFields';
import { belongingOf } from '../fields/places';
import { RolesField } from '../fields/RolesField';

/** A mapping to change; null for a new one. */
export interface MappingTurn {
  mapping: GroupMapping | null;
}

interface MappingDialogProps {
  turn: MappingTurn | null;
  /** Groups that are mapped already. */
  taken: string[];
  onClose: () => void;
}

/** Say what a group of the provider stands for. */
export function MappingDialog({ turn, taken, onClose }: MappingDialogProps): ReactElement {
  return (
    <Modal
      opened={turn !== null}
      onClose={onClose}
      title={turn?.mapping ? 'What this group stands for' : 'Map a group'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {turn && <Form mapping={turn.mapping} taken={taken} onClose={onClose} />}
    </Modal>
  );
}

function Form(props: { mapping: GroupMapping | null; taken: string[]; onClose: () => void }): ReactElement {
  const { mapping, taken, onClose } = props;
  const [value, setValue] = useState(mapping?.value ?? '');
  const [roles, setRoles] = useState<string[]>(mapping?.roles ?? []);
  const [places, setPlaces] = useState(belongingOf(mapping ?? {}));
  const group = value.trim();
  const twice = !mapping && taken.includes(group);
  const save = useSaving(['mappings'], () => putMapping({ value: group, roles, ...places }), onClose);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!twice) save.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Map a group">
      <Stack gap="md">
        <TextInput
          label="Group at the provider"
          description="As it stands in the groups claim, to the letter"
          styles={{ input: { fontFamily: 'var(--mono)' } }}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          readOnly={mapping !== null}
          value={value}
          error={twice ? 'This group is mapped already: edit it in the list.' : null}
          onChange={(event) => {
            setValue(event.currentTarget.value);
          }}
        />
        <RolesField value={roles} onChange={setRoles} />
        <LinesField
          value={places.service_lines}
          onChange={(service_lines) => {
            setPlaces({ ...places, service_lines });
          }}
        />
        <GroupsField
          value={places.groups}
          onChange={(groups) => {
            setPlaces({ ...places, groups });
          }}
        />
        <FacilitiesField
          value={places.facilities}
          onChange={(facilities) => {
            setPlaces({ ...places, facilities });
          }}
        />
        <Trouble error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!group || roles.length === 0 || twice} loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
