import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { daysAgo } from '@/shared/lib/dates';
import type { Draft } from './brief';
import classes from './decisions.module.css';

interface WhoAndWhenProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

/** Who carries it out, when it is looked at again, and until when is voted. */
export function WhoAndWhen({ draft, onChange }: WhoAndWhenProps): ReactElement {
  const tomorrow = daysAgo(-1);
  return (
    <div className={classes.thirds}>
      <TextInput
        label="Carried out by"
        description="A sign-in name; you, when empty"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={draft.owner}
        onChange={(event) => {
          onChange({ owner: event.currentTarget.value });
        }}
      />
      <TextInput
        type="date"
        label="Looked at again on"
        description="In a year, when empty"
        min={tomorrow}
        value={draft.reviewBy}
        onChange={(event) => {
          onChange({ reviewBy: event.currentTarget.value });
        }}
      />
      <TextInput
        type="date"
        label="Votes until the end of"
        description="The day in UTC; two weeks, when empty"
        min={tomorrow}
        value={draft.closesOn}
        onChange={(event) => {
          onChange({ closesOn: event.currentTarget.value });
        }}
      />
    </div>
  );
}
