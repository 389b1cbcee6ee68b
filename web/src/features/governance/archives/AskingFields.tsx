import { Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { placesQuery } from '@/api/places';
import { placeChoices } from '../fields/places';
import type { FieldsProps } from './ArchiveDialog';

interface TextFieldProps {
  label: string;
  description?: string;
  placeholder?: string;
  mono?: boolean;
  value: string;
  onText: (value: string) => void;
}

/** A line of text that no browser corrects or remembers. */
export function TextField({ mono, onText, ...rest }: TextFieldProps): ReactElement {
  return (
    <TextInput
      autoComplete="off"
      spellCheck={false}
      styles={mono ? { input: { fontFamily: 'var(--mono)' } } : {}}
      onChange={(event) => {
        onText(event.currentTarget.value);
      }}
      {...rest}
    />
  );
}

/** Whose patients an archive has, and how patiently it is asked. */
export function AskingFields({ draft, onChange }: FieldsProps): ReactElement {
  const { data: facilities } = useQuery(placesQuery('facilities'));
  return (
    <>
      <TextField
        label="Issuer of its patient IDs"
        description="Stands beside an ID where the archive does not say who gave it"
        value={draft.issuer}
        onText={(issuer) => {
          onChange({ issuer });
        }}
      />
      <Select
        label="Facility"
        description="To which all its studies belong; none for what the sorting rules say"
        data={placeChoices(facilities, draft.facility ? [draft.facility] : [])}
        value={draft.facility || null}
        clearable
        openOnFocus={false}
        clearButtonProps={{ 'aria-label': 'Clear Facility' }}
        onChange={(facility) => {
          onChange({ facility: facility ?? '' });
        }}
      />
      <Group grow align="flex-start">
        <NumberInput
          label="Seconds to wait"
          description="For an answer, 0.5 to 120"
          min={0.5}
          max={120}
          value={draft.timeout}
          onChange={(timeout) => {
            onChange({ timeout: String(timeout) });
          }}
        />
        <NumberInput
          label="Questions at once"
          description="1 to 32"
          min={1}
          max={32}
          allowDecimal={false}
          value={draft.at_once}
          onChange={(atOnce) => {
            onChange({ at_once: String(atOnce) });
          }}
        />
      </Group>
    </>
  );
}
