import { Button, Checkbox, Group, NumberInput, Stack, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { identityPolicyQuery, putIdentityPolicy } from '@/api/identity';
import { may, sessionQuery } from '@/api/session';
import type { IdentityPolicy, PolicyVersion } from '@/api/types';
import { useSaving } from '@/shared/lib/saving';
import { Answered } from '@/shared/ui/Answered';
import { Moment } from '@/shared/ui/Moment';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { Trouble } from '@/shared/ui/Trouble';
import classes from './identity.module.css';

const RULES = [
  { value: 'cross-reference', label: 'One record names the other’s ID and its issuer' },
  { value: 'shared-identifier', label: 'Both name the same other number of the same issuer' },
] as const;
const SHORTEST_REASON = 10;

/** Under what records are linked, every version of it, and its change by those who govern. */
export function PolicyPart(): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const answer = useQuery(identityPolicyQuery);
  return (
    <Answered answer={answer} waiting="Asking for the policy…">
      {(versions) => (
        <>
          {versions[0] && may(session, 'govern') && <Form key={versions[0].version} current={versions[0]} />}
          <h2 className={classes.part}>Versions</h2>
          <Records
            label="Versions of the policy"
            rows={versions}
            columns={COLUMNS}
            keyOf={({ version }) => String(version)}
          />
        </>
      )}
    </Answered>
  );
}

const COLUMNS: RecordColumn<PolicyVersion>[] = [
  { title: 'Version', width: '5rem', cell: ({ version }) => version },
  {
    title: 'What it says',
    width: 'minmax(0, 1.6fr)',
    cell: ({ policy }) =>
      `Linked from ${String(policy.automatic)} bits, asked from ${String(policy.review)}; name and birth date alone ${
        policy.alone ? `from ${String(policy.alone)}` : 'never'
      }; ${String(policy.rules?.length ?? 0)} of ${String(RULES.length)} rules on`,
  },
  { title: 'Why', width: 'minmax(0, 1.2fr)', cell: ({ reason }) => reason },
  { title: 'Who', cell: ({ by }) => (by ?? '').replace(/^person:/, '') || '–' },
  { title: 'Since', cell: ({ at }) => (at ? <Moment at={at} /> : 'the beginning') },
];

function Form({ current }: { current: PolicyVersion }): ReactElement {
  const [policy, setPolicy] = useState<IdentityPolicy>(current.policy);
  const [reason, setReason] = useState('');
  const save = useSaving(['identity'], () => putIdentityPolicy(policy, current.version, reason));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const bits = (name: 'automatic' | 'review' | 'alone', label: string, description: string): ReactElement => (
    <NumberInput
      label={label}
      description={description}
      value={policy[name] ?? ''}
      suffix=" bits"
      step={1}
      min={8}
      max={100}
      onChange={(value) => {
        setPolicy({ ...policy, [name]: typeof value === 'number' ? value : name === 'alone' ? null : 0 });
      }}
    />
  );
  return (
    <form onSubmit={submit} aria-label="Identity policy" className={classes.policy}>
      <Stack gap="md">
        {bits('automatic', 'Linked without a person', 'From 28. Each bit more is twice as likely.')}
        {bits('review', 'Put to people', 'From 8, and 4 below the first at least.')}
        {bits('alone', 'Name, birth date and sex alone', 'From 36; empty for never, which is safe.')}
        <Checkbox.Group
          label="What makes it certain without a score"
          value={[...(policy.rules ?? [])]}
          onChange={(chosen) => {
            setPolicy({
              ...policy,
              rules: RULES.map(({ value }) => value).filter((one) => chosen.includes(one)),
            });
          }}
        >
          <Stack gap="xs" mt="xs">
            {RULES.map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Textarea
          label="Why"
          required
          minLength={SHORTEST_REASON}
          value={reason}
          onChange={({ currentTarget }) => {
            setReason(currentTarget.value);
          }}
        />
        <p className={classes.hint}>
          Every record is compared again. What people said stays; what only the machine linked and would not
          link any more is asked.
        </p>
        <Trouble error={save.error} />
        <Group>
          <Button type="submit" disabled={reason.trim().length < SHORTEST_REASON} loading={save.isPending}>
            Put in force
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
