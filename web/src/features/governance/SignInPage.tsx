import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { ApiError } from '@/api/client';
import { sessionQuery, signIn } from '@/api/session';
import { Entrance } from './Entrance';
import classes from './Entrance.module.css';

/** Words for a refused sign-in; never says whether the name exists. */
function refusal(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong. Please try again.';
  if (error.status === 401) return 'This name and password do not belong together.';
  if (error.status === 429) {
    const wait = error.retryAfter;
    return `Too many tries. ${wait ? `Wait ${wait} seconds` : 'Wait a little'}, then try again.`;
  }
  return [error.message, error.problem.do].filter(Boolean).join(' ');
}

export function SignInPage({ onDone }: { onDone: () => void }): ReactElement {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const attempt = useMutation({
    mutationFn: () => signIn(name.trim(), password),
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      onDone();
    },
    onError: () => {
      setPassword('');
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    attempt.mutate();
  };

  return (
    <Entrance title="Sign in">
      <form onSubmit={submit} aria-label="Sign in">
        <Stack gap="sm" mt="lg">
          <TextInput
            label="Name"
            size="sm"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            data-autofocus
            value={name}
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
          />
          <PasswordInput
            label="Password"
            size="sm"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => {
              setPassword(event.currentTarget.value);
            }}
          />
          {attempt.isError && (
            <Alert color="red" variant="light" p="xs" role="alert">
              {refusal(attempt.error)}
            </Alert>
          )}
          <Button
            type="submit"
            size="sm"
            mt={6}
            loading={attempt.isPending}
            disabled={!name.trim() || !password}
          >
            Sign in
          </Button>
        </Stack>
      </form>
      <p className={classes.hint}>
        Here for the first time? Open the link that the server printed when it started, or ask your
        administrator for one.
      </p>
    </Entrance>
  );
}
