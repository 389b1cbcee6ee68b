import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { castVote, refreshDecisions } from '@/api/decisions';
import type { Choice, Vote } from '@/api/types';
import { Trouble } from '@/shared/ui/Trouble';
import { CHOICE_WORDS } from './words';
import classes from './decisions.module.css';

const CHOICES = (['yes', 'no', 'abstain'] as const).map((value) => ({ value, label: CHOICE_WORDS[value] }));

interface VoteFormProps {
  proposal: string;
  /** What the reader said last. */
  own: Vote | undefined;
}

/** Vote with one's own seat, or change one's vote. */
export function VoteForm({ proposal, own }: VoteFormProps): ReactElement {
  const client = useQueryClient();
  const [choice, setChoice] = useState<Choice>(own?.choice ?? 'yes');
  const [comment, setComment] = useState(own?.comment ?? '');
  const vote = useMutation({
    mutationFn: () => castVote(proposal, choice, comment.trim()),
    onSuccess: () => refreshDecisions(client),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    vote.mutate();
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label="Your vote">
      <h3>{own ? `You voted ${CHOICE_WORDS[own.choice].toLowerCase()}` : 'Your vote'}</h3>
      <SegmentedControl
        className={classes.choices}
        aria-label="Your vote"
        data={CHOICES}
        value={choice}
        onChange={setChoice}
      />
      <Textarea
        label="Comment"
        description="For the others, and for the log. It may stay empty."
        autosize
        minRows={2}
        maxLength={4000}
        value={comment}
        onChange={(event) => {
          setComment(event.currentTarget.value);
        }}
      />
      <Trouble error={vote.error} />
      <div className={classes.actions}>
        <Button type="submit" loading={vote.isPending}>
          {own ? 'Change the vote' : 'Vote'}
        </Button>
        <small>You may change it while the vote is open.</small>
      </div>
    </form>
  );
}
