import { Checkbox, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { rolesQuery } from '@/api/people';
import { Trouble } from '@/shared/ui/Trouble';
import { mayWords, sentenceOf, titleOf } from './roles';

interface RolesFieldProps {
  value: string[];
  onChange: (roles: string[]) => void;
}

/** Choose roles, each by what it is for, and read what they may do together. */
export function RolesField({ value, onChange }: RolesFieldProps): ReactElement {
  const { data, error } = useQuery(rolesQuery);
  return (
    <Checkbox.Group label="Roles" description="What a person may do; several add up" {...{ value, onChange }}>
      <Trouble error={error} />
      <Stack gap={8} mt={8} aria-busy={!data && !error}>
        {data?.map(({ name, purpose }) => (
          <Checkbox key={name} value={name} label={titleOf(name)} description={purpose} size="sm" />
        ))}
      </Stack>
      <Text size="sm" mt="xs" role="status">
        {mayWords(data ?? [], value)}
      </Text>
    </Checkbox.Group>
  );
}

interface RoleFieldProps {
  value: string;
  onChange: (role: string) => void;
}

/** Choose one role, and read what it is for and may do. */
export function RoleField({ value, onChange }: RoleFieldProps): ReactElement {
  const { data, error } = useQuery(rolesQuery);
  const role = data?.find(({ name }) => name === value);
  return (
    <div>
      <Select
        label="Role"
        placeholder="Choose one"
        data={data?.map(({ name }) => ({ value: name, label: titleOf(name) })) ?? []}
        value={value || null}
        allowDeselect={false}
        error={error ? 'The roles could not be asked for: open this dialog again.' : null}
        onChange={(chosen) => {
          if (chosen) onChange(chosen);
        }}
      />
      <Text size="sm" mt={6} role="status">
        {role && `${sentenceOf(role.purpose)}. ${mayWords([role], [role.name])}`}
      </Text>
    </div>
  );
}
