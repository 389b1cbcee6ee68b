import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { ApiError } from '@/api/client';
import { redeemLink, sessionQuery } from '@/api/session';
import { Entrance } from './Entrance';
import { passwordStrength } from './password';
import { StrengthMeter } from './StrengthMeter';

function refusal(error: unknown): string {
  if (error instanceof ApiError && [401, 403, 404, 410].includes(error.status)) {
    return 'This link was used before or has expired. Ask for a new one, or read it from the server’s first lines of output.';
  }
  return error instanceof ApiError
    ? [error.message, error.problem.do].filter(Boolean).join(' ')
    : String(error);
}

type Field = (key: 'name' | 'display_name' | 'password') => {
  value: string;
  onChange: (event: { currentTarget: HTMLInputElement }) => void;
};

interface WelcomeProps {
  secret: string;
  /** Whose password the link sets; without one it makes an account. */
  account: string | undefined;
  onDone: () => void;
}

/** Redeem the one-time link: its secret came in the fragment, so no server log has seen it. */
export function WelcomePage({ secret, account = '', onDone }: WelcomeProps): ReactElement {
  const client = useQueryClient();
  const [form, setForm] = useState({ name: account, display_name: account, password: '' });
  const strength = passwordStrength(form.password, form.name);
  const redeem = useMutation({
    mutationFn: () =>
      redeemLink({ secret, ...form, name: form.name.trim(), display_name: form.display_name.trim() }),
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      onDone();
    },
  });
  const field: Field = (key) => ({
    value: form[key],
    onChange: (event) => {
      const { value } = event.currentTarget;
      setForm((old) => ({ ...old, [key]: value }));
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    redeem.mutate();
  };

  return (
    <Entrance
      title={account ? 'New password' : 'Welcome'}
      lead={`This link works once. ${account ? `Choose a password for ${account}.` : 'Choose how you sign in from now on.'}`}
    >
      <form onSubmit={submit} aria-label={account ? 'Set a new password' : 'Create the account'}>
        <Stack gap="sm">
          {account ? (
            // For the browser's store of passwords; the link itself says whose it is.
            <input type="hidden" autoComplete="username" name="username" value={account} readOnly />
          ) : (
            <NameFields field={field} />
          )}
          <div>
            <PasswordInput
              label="Password"
              size="sm"
              autoComplete="new-password"
              required
              withAsterisk={false}
              aria-describedby="strength"
              {...field('password')}
            />
            <StrengthMeter strength={strength} />
          </div>
          {redeem.isError && (
            <Alert color="red" variant="light" p="xs" role="alert">
              {refusal(redeem.error)}
            </Alert>
          )}
          <Button
            type="submit"
            size="sm"
            mt={6}
            loading={redeem.isPending}
            disabled={!form.name.trim() || !form.display_name.trim() || !strength.acceptable}
          >
            {account ? 'Set password and sign in' : 'Create account and sign in'}
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}

/** How somebody who is new is called. */
function NameFields({ field }: { field: Field }): ReactElement {
  return (
    <>
      <TextInput
        label="Your name"
        description="As colleagues read it"
        size="sm"
        autoComplete="name"
        required
        withAsterisk={false}
        {...field('display_name')}
      />
      <TextInput
        label="Sign-in name"
        size="sm"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        pattern="[A-Za-z0-9._@\-]+"
        title="Letters, digits, dot, dash, underscore and @"
        required
        withAsterisk={false}
        {...field('name')}
      />
    </>
  );
}
