import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { lookBack, refreshDecisions } from '@/api/decisions';
import { daysAgo } from '@/shared/lib/dates';
import { Trouble } from '@/shared/ui/Trouble';
import classes from './decisions.module.css';

const USUAL_DAYS = 365;

/** Say what one found when one looked at a decision again, and when that is due the next time. */
export function LookBackForm({ number }: { number: number }): ReactElement {
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const [next, setNext] = useState(() => daysAgo(-USUAL_DAYS));
  const ready = note.trim() !== '' && next !== '';
  const save = useMutation({
    mutationFn: () => lookBack(number, note, next),
    onSuccess: async () => {
      setNote('');
      await refreshDecisions(client);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) save.mutate();
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label="Look back">
      <Textarea
        label="What you found"
        description="Does it do what it was meant for? It stays in the log and cannot be changed."
        autosize
        minRows={2}
        maxLength={20_000}
        value={note}
        onChange={(event) => {
          setNote(event.currentTarget.value);
        }}
      />
      <TextInput
        type="date"
        label="Look again on"
        min={daysAgo(-1)}
        value={next}
        onChange={(event) => {
          setNext(event.currentTarget.value);
        }}
      />
      <Trouble error={save.error} />
      <div className={classes.actions}>
        <Button type="submit" variant="default" disabled={!ready} loading={save.isPending}>
          Record the review
        </Button>
      </div>
    </form>
  );
}
