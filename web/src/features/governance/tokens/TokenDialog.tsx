import { Button, Group, Modal, MultiSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { rolesQuery } from '@/api/people';
import { makeToken, tokensQuery } from '@/api/tokens';
import { SecretOnce } from '@/shared/ui/SecretOnce';
import { Trouble } from '@/shared/ui/Trouble';
import { FacilitiesField, LinesField } from '../fields/BelongingFields';
import { RoleField } from '../fields/RolesField';
import { actionsOf, actionWords, sentenceOf } from '../fields/roles';
import { daysFault } from './words';

interface TokenDialogProps {
  opened: boolean;
  onClose: () => void;
}

/** Make a token. A click beside the dialog must not lose its secret. */
export function TokenDialog({ opened, onClose }: TokenDialogProps): ReactElement {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      closeOnClickOutside={false}
      title="Make a token"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form onClose={onClose} />
    </Modal>
  );
}

const USUAL_DAYS = '365';

function Form({ onClose }: { onClose: () => void }): ReactElement {
  const client = useQueryClient();
  const { data: roles } = useQuery(rolesQuery);
  const [token, setToken] = useState({
    name: '',
    role: '',
    scope: [] as string[],
    service_lines: [] as string[],
    facilities: [] as string[],
  });
  const [days, setDays] = useState(USUAL_DAYS);
  const fault = daysFault(days);
  const make = useMutation({
    mutationFn: () =>
      makeToken({ ...token, name: token.name.trim(), days: days.trim() ? Number(days) : null }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  const change = (part: Partial<typeof token>): void => {
    setToken({ ...token, ...part });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!fault) make.mutate();
  };
  if (make.data) return <Made name={token.name.trim()} secret={make.data} onClose={onClose} />;
  return (
    <form onSubmit={submit} aria-label="Make a token">
      <Stack gap="md">
        <TextInput
          label="Name of the program"
          description="As the audit shows it; several tokens may have one name, to replace one by the next"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          value={token.name}
          onChange={(event) => {
            change({ name: event.currentTarget.value });
          }}
        />
        <RoleField
          value={token.role}
          onChange={(role) => {
            change({ role, scope: [] });
          }}
        />
        <MultiSelect
          label="Only for"
          description="Nothing chosen is for all that its role may"
          disabled={!token.role}
          data={actionsOf(roles ?? [], [token.role]).map((action) => ({
            value: action,
            label: sentenceOf(actionWords(action)),
          }))}
          value={token.scope}
          searchable
          openOnFocus={false}
          hidePickedOptions
          onChange={(scope) => {
            change({ scope });
          }}
        />
        <FacilitiesField
          value={token.facilities}
          onChange={(facilities) => {
            change({ facilities });
          }}
        />
        <LinesField
          value={token.service_lines}
          onChange={(service_lines) => {
            change({ service_lines });
          }}
        />
        <TextInput
          label="Valid for days"
          description="Empty is without end"
          inputMode="numeric"
          value={days}
          error={fault}
          onChange={(event) => {
            setDays(event.currentTarget.value);
          }}
        />
        <Trouble error={make.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            disabled={!token.name.trim() || !token.role || fault !== null}
            loading={make.isPending}
          >
            Make the token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Made(props: { name: string; secret: string; onClose: () => void }): ReactElement {
  const { name, secret, onClose } = props;
  return (
    <Stack gap="md">
      <Text size="sm">
        Give it to the program “{name}” and keep it nowhere else. It is not shown again: the list has no
        secrets.
      </Text>
      <SecretOnce label="Token" secret={secret} />
      <Text size="sm">
        The program sends it as <span className="mono">Authorization: Bearer …</span>
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
