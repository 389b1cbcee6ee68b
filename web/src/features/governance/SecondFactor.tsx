import { Button, Code, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { confirmFactor, enrolFactor, factorQuery, removeFactor } from '@/api/account';
import type { Enrolment, FactorRecord } from '@/api/types';
import { formatInstant } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/quantities';
import { Refusal } from './Refusal';
import classes from './AccountPage.module.css';

/** A device that shows codes: set up, confirmed, taken off. */
export function SecondFactor({ record }: { record: FactorRecord }): ReactElement {
  const [codes, setCodes] = useState<string[] | null>(null);
  return (
    <section className={classes.part}>
      <h2>Second factor</h2>
      {codes && <RecoveryCodes codes={codes} />}
      {record.confirmed_at ? <TakeOff record={record} /> : <SetUp onDone={setCodes} />}
    </section>
  );
}

function RecoveryCodes({ codes }: { codes: string[] }): ReactElement {
  return (
    <>
      <p role="status">
        The second factor is set up. Keep these codes for the day when the device is lost: each opens the door
        once, and they are not shown again.
      </p>
      <ul className={classes.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </>
  );
}

function SetUp({ onDone }: { onDone: (codes: string[]) => void }): ReactElement {
  const enrol = useMutation({ mutationFn: enrolFactor });
  if (enrol.data) return <Confirm enrolment={enrol.data} onDone={onDone} />;
  return (
    <>
      <p>
        With an authenticator app, a stolen password alone opens nothing: signing in asks for a code that the
        app shows.
      </p>
      {enrol.isError && <Refusal error={enrol.error} />}
      <Button
        variant="default"
        loading={enrol.isPending}
        onClick={() => {
          enrol.mutate();
        }}
      >
        Set up an authenticator
      </Button>
    </>
  );
}

function Confirm(props: { enrolment: Enrolment; onDone: (codes: string[]) => void }): ReactElement {
  const { enrolment, onDone } = props;
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => confirmFactor(code),
    onSuccess: async (codes) => {
      onDone(codes);
      await client.invalidateQueries({ queryKey: factorQuery.queryKey });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    confirm.mutate();
  };
  return (
    <div className={classes.enrolment}>
      <img
        src={`data:image/svg+xml,${encodeURIComponent(enrolment.svg)}`}
        alt="QR code for an authenticator app"
      />
      <form onSubmit={submit} aria-label="Confirm the second factor">
        <Stack gap="sm">
          <p>
            Scan the picture, or type <Code>{enrolment.secret}</Code> into the app. Then say what it shows.
          </p>
          <TextInput
            label="Code"
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => {
              setCode(event.currentTarget.value);
            }}
          />
          {confirm.isError && <Refusal error={confirm.error} />}
          <Button type="submit" loading={confirm.isPending} disabled={!code.trim()}>
            Confirm
          </Button>
        </Stack>
      </form>
    </div>
  );
}

function TakeOff({ record }: { record: FactorRecord }): ReactElement {
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const remove = useMutation({
    mutationFn: () => removeFactor(password, code),
    onSuccess: () => client.invalidateQueries({ queryKey: factorQuery.queryKey }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    remove.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Take off the second factor" className={classes.narrow}>
      <p>
        Asked for since {formatInstant(record.confirmed_at)};{' '}
        {plural(record.recovery_codes, 'recovery code', 'recovery codes')} left.
      </p>
      <Stack gap="sm">
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
          }}
        />
        <TextInput
          label="Code"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => {
            setCode(event.currentTarget.value);
          }}
        />
        {remove.isError && <Refusal error={remove.error} />}
        <Button
          type="submit"
          variant="default"
          loading={remove.isPending}
          disabled={!password || !code.trim()}
        >
          Take it off
        </Button>
      </Stack>
    </form>
  );
}
