import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { changePassword, endSession, factorQuery, sessionsQuery } from '@/api/account';
import { ApiError } from '@/api/client';
import { sessionQuery } from '@/api/session';
import type { OwnSession } from '@/api/types';
import { formatInstant } from '@/shared/lib/dates';
import { ErrorNotice } from '@/shared/ui/Notice';
import { Refusal } from './Refusal';
import { SecondFactor } from './SecondFactor';
import classes from './AccountPage.module.css';

/** One's own account: password, second factor, and the browsers one is signed in with. */
export function AccountPage(): ReactElement {
  useDocumentTitle('Account · Sixfold');
  const { data: session } = useQuery(sessionQuery);
  const factor = useQuery(factorQuery);
  const elsewhere = factor.error instanceof ApiError && factor.error.status === 409;
  return (
    <div className={classes.page}>
      <h1>{session?.display_name}</h1>
      {elsewhere && (
        <section className={classes.part}>
          <h2>Password and second factor</h2>
          <p>You sign in by the identity provider of your house. It keeps both.</p>
        </section>
      )}
      {factor.error && !elsewhere && (
        <ErrorNotice error={factor.error} onRetry={() => void factor.refetch()} />
      )}
      {factor.data && (
        <>
          <Password />
          <SecondFactor record={factor.data} />
        </>
      )}
      <Sessions />
    </div>
  );
}

function Password(): ReactElement {
  const client = useQueryClient();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const change = useMutation({
    mutationFn: () => changePassword(old, fresh),
    onSuccess: async () => {
      setOld('');
      setFresh('');
      await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <section className={classes.part}>
      <h2>Password</h2>
      <form onSubmit={submit} aria-label="Password" className={classes.narrow}>
        <Stack gap="sm">
          <PasswordInput
            label="Old password"
            autoComplete="current-password"
            value={old}
            onChange={(event) => {
              setOld(event.currentTarget.value);
            }}
          />
          <PasswordInput
            label="New password"
            description="12 characters or more; your other browsers are signed out"
            autoComplete="new-password"
            value={fresh}
            onChange={(event) => {
              setFresh(event.currentTarget.value);
            }}
          />
          {change.isError && <Refusal error={change.error} />}
          {change.isSuccess && (
            <Alert color="teal" variant="light" p="xs" role="status">
              The password was changed.
            </Alert>
          )}
          <Button type="submit" variant="default" loading={change.isPending} disabled={!old || !fresh}>
            Change the password
          </Button>
        </Stack>
      </form>
    </section>
  );
}

function Sessions(): ReactElement {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(sessionsQuery);
  const end = useMutation({
    mutationFn: endSession,
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <section className={classes.part} aria-busy={!data}>
      <h2>Signed in with</h2>
      <ul className={classes.sessions}>
        {data?.map((session) => (
          <Line
            key={session.key}
            session={session}
            onEnd={() => {
              end.mutate(session.key);
            }}
          />
        ))}
      </ul>
      {end.isError && <Refusal error={end.error} />}
    </section>
  );
}

function Line({ session, onEnd }: { session: OwnSession; onEnd: () => void }): ReactElement {
  return (
    <li>
      <span>
        {session.agent || 'An unnamed browser'}
        <small>
          {session.address} · since {formatInstant(session.created_at)} · used{' '}
          {formatInstant(session.used_at)}
        </small>
      </span>
      {session.current ? (
        <small>this one</small>
      ) : (
        <Button variant="default" size="xs" onClick={onEnd}>
          End
        </Button>
      )}
    </li>
  );
}
