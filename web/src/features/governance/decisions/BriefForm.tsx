import { Button, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { refreshDecisions } from '@/api/decisions';
import type { Activation, BodyView, Brief, Proposal } from '@/api/types';
import { Trouble } from '@/shared/ui/Trouble';
import { BodyChoice } from './BodyChoice';
import { BodyFields } from './BodyFields';
import { briefOf, draftFault, type Draft, type Kind } from './brief';
import { LeaveDialog } from './LeaveDialog';
import { PolicyField } from './PolicyField';
import { VersionField } from './VersionField';
import { WhoAndWhen } from './WhoAndWhen';
import classes from './decisions.module.css';

const KINDS: { value: Kind; label: string }[] = [
  { value: 'policy', label: 'Policies' },
  { value: 'rollback', label: 'Roll-back' },
  { value: 'charter', label: 'A body' },
  { value: 'other', label: 'Something else' },
];

const TRY = 'Next you try it on the past, then it is put to the vote.';
const VOTE = 'Next it is put to the vote.';
const NEXT: Record<Kind, string> = { policy: TRY, rollback: TRY, charter: VOTE, other: VOTE };

/** What the form has to know of the house: its bodies, and the policies that are and were in force. */
export interface House {
  bodies: BodyView[];
  history: Activation[];
  text: string;
}

interface BriefFormProps {
  start: Draft;
  house: House;
  /** A draft that there is already keeps its kind and its body. */
  again?: boolean;
  onSave: (body: string, brief: Brief) => Promise<Proposal>;
  onDone: (proposal: Proposal) => void;
}

/** A proposal is drawn up here; what it would change is said while one writes. */
export function BriefForm({ start, house, again = false, onSave, onDone }: BriefFormProps): ReactElement {
  const client = useQueryClient();
  const [draft, setDraft] = useState(start);
  const [begun] = useState(draft);
  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
  };
  const { bodies, history, text } = house;
  const fault = draftFault(draft, bodies, { version: history[0]?.version ?? '', text });
  const save = useMutation({
    mutationFn: () => onSave(draft.body, briefOf(draft, bodies)),
    onSuccess: async (proposal) => {
      await refreshDecisions(client);
      onDone(proposal);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!fault) save.mutate();
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label="Proposal">
      <LeaveDialog dirty={draft !== begun && !save.isPending && !save.isSuccess} />
      {!again && (
        <SegmentedControl
          className={classes.choices}
          aria-label="What it is about"
          data={KINDS}
          value={draft.kind}
          onChange={(kind) => {
            change({ kind });
          }}
        />
      )}
      {!again && <BodyChoice draft={draft} bodies={bodies} onChange={change} />}
      <TextInput
        label="Title"
        maxLength={200}
        value={draft.title}
        onChange={(event) => {
          change({ title: event.currentTarget.value });
        }}
      />
      <Textarea
        label="Reason"
        description="Why, and for whom. It stays in the log."
        autosize
        minRows={3}
        maxRows={12}
        maxLength={20_000}
        value={draft.reason}
        onChange={(event) => {
          change({ reason: event.currentTarget.value });
        }}
      />
      <WhoAndWhen draft={draft} onChange={change} />
      {draft.kind === 'policy' && (
        <PolicyField
          text={draft.text}
          onChange={(next) => {
            change({ text: next });
          }}
        />
      )}
      {draft.kind === 'rollback' && (
        <VersionField
          history={history}
          version={draft.version}
          onChange={(version) => {
            change({ version });
          }}
        />
      )}
      {draft.kind === 'charter' && (
        <BodyFields
          bodies={bodies}
          draft={draft.change}
          onChange={(next) => {
            change({ change: next });
          }}
        />
      )}
      <Trouble error={save.error} />
      <div className={classes.actions}>
        <Button type="submit" disabled={fault !== null} loading={save.isPending}>
          Keep as a draft
        </Button>
        <small>{fault ?? NEXT[draft.kind]}</small>
      </div>
    </form>
  );
}
