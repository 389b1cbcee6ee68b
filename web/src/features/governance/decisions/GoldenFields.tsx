import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { GoldenCase } from '@/api/types';
import { goldenOf, goldenReady, NO_GOLDEN, type GoldenDraft } from './golden';
import { goldenWords } from './words';
import classes from './decisions.module.css';

const ACTIONS = [
  'search',
  'read',
  'store',
  'reject',
  'audit',
  'administer',
  'break-glass',
  'review',
  'govern',
];
const RELATIONS = [
  { value: '', label: 'None' },
  { value: 'ordering', label: 'Orders it' },
  { value: 'reading', label: 'Reads it' },
  { value: 'care-team', label: 'Cares for the patient' },
  { value: 'emergency', label: 'Emergency access' },
];
const ABOUT = [
  { value: 'study', label: 'A study' },
  { value: 'house', label: 'The house as a whole' },
];
const ANSWERS = [
  { value: 'yes', label: 'Must be allowed' },
  { value: 'no', label: 'Must be refused' },
];

interface GoldenFieldsProps {
  cases: GoldenCase[];
  onChange: (cases: GoldenCase[]) => void;
}

/** The questions whose answers no policy may change; a proposal that breaks one cannot be put to the vote. */
export function GoldenFields({ cases, onChange }: GoldenFieldsProps): ReactElement {
  return (
    <fieldset className={classes.fieldset}>
      <legend>Golden cases: what no policy may change</legend>
      <ul className={classes.list}>
        {cases.map((one) => (
          <li key={one.name}>
            <span>
              <b>{one.name}</b>
              <small>{goldenWords(one)}</small>
            </span>
            <Button
              variant="default"
              aria-label={`Remove the golden case ${one.name}`}
              onClick={() => {
                onChange(cases.filter(({ name }) => name !== one.name));
              }}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <details className={classes.more}>
        <summary>Add a golden case</summary>
        <Adding
          names={cases.map(({ name }) => name)}
          onAdd={(one) => {
            onChange([...cases, one]);
          }}
        />
      </details>
    </fieldset>
  );
}

function Adding({ names, onAdd }: { names: string[]; onAdd: (one: GoldenCase) => void }): ReactElement {
  const [draft, setDraft] = useState(NO_GOLDEN);
  const change = (part: Partial<GoldenDraft>): void => {
    setDraft({ ...draft, ...part });
  };
  const text = (name: 'name' | 'roles' | 'facility' | 'serviceLine', label: string): ReactElement => (
    <TextInput
      label={label}
      value={draft[name]}
      onChange={(event) => {
        change({ [name]: event.currentTarget.value });
      }}
    />
  );
  return (
    <div className={classes.form}>
      {text('name', 'What it is called')}
      <div className={classes.short}>
        {text('roles', 'A person with the roles')}
        <NativeSelect
          label="Asks to"
          data={ACTIONS}
          value={draft.action}
          onChange={(event) => {
            change({ action: event.currentTarget.value });
          }}
        />
        <NativeSelect
          label="About"
          data={ABOUT}
          value={draft.about}
          onChange={(event) => {
            change({ about: event.currentTarget.value as GoldenDraft['about'] });
          }}
        />
        {draft.about === 'study' && text('facility', 'Of the facility')}
        {draft.about === 'study' && text('serviceLine', 'Of the service line')}
        <NativeSelect
          label="Their relation to it"
          data={RELATIONS}
          value={draft.relation}
          onChange={(event) => {
            change({ relation: event.currentTarget.value });
          }}
        />
        <NativeSelect
          label="Answer"
          data={ANSWERS}
          value={draft.allowed ? 'yes' : 'no'}
          onChange={(event) => {
            change({ allowed: event.currentTarget.value === 'yes' });
          }}
        />
      </div>
      <div className={classes.actions}>
        <Checkbox
          label="Sensitive"
          disabled={draft.about === 'house'}
          checked={draft.sensitive}
          onChange={(event) => {
            change({ sensitive: event.currentTarget.checked });
          }}
        />
        <Checkbox
          label="Closed"
          disabled={draft.about === 'house'}
          checked={draft.closed}
          onChange={(event) => {
            change({ closed: event.currentTarget.checked });
          }}
        />
        <Button
          variant="default"
          disabled={!goldenReady(draft, names)}
          onClick={() => {
            onAdd(goldenOf(draft));
            setDraft(NO_GOLDEN);
          }}
        >
          Add
        </Button>
      </div>
    </div>
  );
}
