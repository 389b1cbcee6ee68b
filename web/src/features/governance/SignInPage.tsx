import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type ReactElement } from 'react';
import { address } from '@/api/address';
import { ApiError } from '@/api/client';
import { asksForCode, sessionQuery, signIn, waysQuery } from '@/api/session';
import { Entrance } from './Entrance';
import classes from './Entrance.module.css';

/** Words for a refused sign-in; never says whether the name exists. */
function refusal(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong. Please try again.';
  if (error.problem.type === 'urn:sixfold:wrong-code')
    return 'This code is wrong, too old or was used before. Wait for the next one.';
  if (error.status === 401) return 'This name and password do not belong together.';
  if (error.status === 429) {
    const wait = error.retryAfter;
    return `Too many tries. ${wait ? `Wait ${wait} seconds` : 'Wait a little'}, then try again.`;
  }
  return [error.message, error.problem.do].filter(Boolean).join(' ');
}

/** Words for a sign-in by the identity provider that ended here, by the kind of problem. */
function refusedFor(kind: string): string {
  if (kind === 'no-role-mapped')
    return 'The provider knows you, but none of your groups there stands for a role here. Ask an administrator.';
  if (kind === 'forbidden') return 'This account is barred. Ask an administrator.';
  return 'Signing in by the provider did not work. Please begin again.';
}

interface SignInProps {
  /** Why the identity provider's answer let nobody in. */
  refused?: string | undefined;
  onDone: () => void;
}

export function SignInPage({ refused, onDone }: SignInProps): ReactElement {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const attempt = useMutation({
    mutationFn: () => signIn(name.trim(), password, code ?? ''),
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      onDone();
    },
    onError: (error) => {
      const wrongCode = error instanceof ApiError && error.problem.type === 'urn:sixfold:wrong-code';
      if (asksForCode(error) || wrongCode) setCode('');
      else setPassword('');
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
          {code !== null && <CodeInput code={code} onChange={setCode} />}
          {attempt.isError && !asksForCode(attempt.error) && (
            <Alert color="red" variant="light" p="xs" role="alert">
              {refusal(attempt.error)}
            </Alert>
          )}
          <Button
            type="submit"
            size="sm"
            mt={6}
            loading={attempt.isPending}
            disabled={!name.trim() || !password || code === ''}
          >
            Sign in
          </Button>
        </Stack>
      </form>
      {refused && (
        <Alert color="red" variant="light" p="xs" mt="sm" role="alert">
          {refusedFor(refused)}
        </Alert>
      )}
      <ProviderButton />
      <p className={classes.hint}>
        Here for the first time? Open the link that the server printed when it started, or ask your
        administrator for one.
      </p>
    </Entrance>
  );
}

function CodeInput({ code, onChange }: { code: string; onChange: (code: string) => void }): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus(); // the form has just grown by it
  }, []);
  return (
    <TextInput
      label="Code"
      description="Six digits of your authenticator, or a recovery code"
      size="sm"
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      required
      withAsterisk={false}
      ref={field}
      value={code}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
}

/** Leaves for the identity provider, where the house has one. */
function ProviderButton(): ReactElement | null {
  const { data } = useQuery(waysQuery);
  if (!data?.provider) return null;
  const start = address(data.provider.start.slice(1), new URLSearchParams({ path: '/' }));
  return (
    <Button component="a" href={start} variant="default" size="sm" mt="sm" fullWidth>
      Sign in with {data.provider.name}
    </Button>
  );
}
