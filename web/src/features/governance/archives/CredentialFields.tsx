import { PasswordInput, Radio, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Source } from '@/api/types';
import type { FieldsProps } from './ArchiveDialog';
import { TextField } from './AskingFields';
import type { Proof } from './draft';

const NEW: [Proof, string][] = [
  ['none', 'Nothing'],
  ['bearer', 'A token'],
  ['basic', 'A name and a password'],
];
const KEPT = { none: '', bearer: 'The token that is kept', basic: 'The password that is kept' };

/** What proves to an archive who we are; what is kept is never shown again. */
export function CredentialFields(props: FieldsProps & { kept: Source['credential'] }): ReactElement {
  const { draft, onChange, kept } = props;
  const choices: [Proof, string][] = kept === 'none' ? NEW : [['keep', KEPT[kept]], ...NEW];
  return (
    <Stack gap="xs">
      <Radio.Group
        label="What proves who we are"
        description="Another Sixfold asks for a token made there, with the role Service"
        value={draft.proof}
        onChange={(proof) => {
          onChange({ proof: proof as Proof });
        }}
      >
        <Stack gap={8} mt={6}>
          {choices.map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Stack>
      </Radio.Group>
      {draft.proof === 'bearer' && (
        <Secret
          label="Token"
          value={draft.token}
          onText={(token) => {
            onChange({ token });
          }}
        />
      )}
      {draft.proof === 'basic' && (
        <>
          <TextField
            label="User"
            value={draft.user}
            onText={(user) => {
              onChange({ user });
            }}
          />
          <Secret
            label="Password"
            value={draft.password}
            onText={(password) => {
              onChange({ password });
            }}
          />
        </>
      )}
    </Stack>
  );
}

function Secret(props: { label: string; value: string; onText: (value: string) => void }): ReactElement {
  const { label, value, onText } = props;
  return (
    <PasswordInput
      label={label}
      description="Kept sealed, and never shown again"
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': `Show the ${label.toLowerCase()}` }}
      value={value}
      onChange={(event) => {
        onText(event.currentTarget.value);
      }}
    />
  );
}
