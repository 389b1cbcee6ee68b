import { Button, Select, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import type { AuditFilter } from '@/api/audit';
import { ACTIONS, draftOf, filterOf, NO_DRAFT, type Draft } from './filter';
import classes from './audit.module.css';

const ANY = 'any';
const DENIED = 'denied';
const OUTCOMES = [
  { value: ANY, label: 'Any' },
  { value: DENIED, label: 'Denied only' },
];

interface AuditFiltersProps {
  filter: AuditFilter;
  onChange: (filter: AuditFilter) => void;
}

/** What narrows the audit; asked for when the person says so, as each question is itself audited. */
export function AuditFilters({ filter, onChange }: AuditFiltersProps): ReactElement {
  const [draft, setDraft] = useState(() => draftOf(filter));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onChange(filterOf(draft));
  };
  const text = (name: keyof Draft, label: string, type = 'text'): ReactElement => (
    <TextInput
      type={type}
      label={label}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      value={String(draft[name])}
      onChange={(event) => {
        setDraft({ ...draft, [name]: event.currentTarget.value });
      }}
    />
  );
  return (
    <form className={classes.filters} onSubmit={submit} role="search" aria-label="Audit">
      {text('since', 'From', 'datetime-local')}
      {text('until', 'To', 'datetime-local')}
      {text('actor', 'Person, token:… or ae:…')}
      <Select
        label="Action"
        placeholder="Any"
        data={ACTIONS}
        value={draft.action || null}
        clearable
        onChange={(action) => {
          setDraft({ ...draft, action: action ?? '' });
        }}
      />
      {text('patientId', 'Patient ID')}
      {text('issuer', 'Issued by')}
      {text('study', 'Study Instance UID')}
      <Select
        label="Outcome"
        data={OUTCOMES}
        value={draft.denied ? DENIED : ANY}
        allowDeselect={false}
        onChange={(value) => {
          setDraft({ ...draft, denied: value === DENIED });
        }}
      />
      <div className={classes.last}>
        <Button type="submit">Show</Button>
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            setDraft(NO_DRAFT);
            onChange({});
          }}
        >
          Clear
        </Button>
      </div>
    </form>
  );
}
