import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactElement } from 'react';
import { found } from '@/api/decisions';
import { lookAgain } from '@/api/emergency';
import { daysAgo } from '@/shared/lib/dates';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { Trouble } from '@/shared/ui/Trouble';
import { PageHead } from '../PageHead';
import { nobodySeated } from './bodies';
import { PolicyField } from './PolicyField';
import { useHouse } from './useHouse';
import classes from './decisions.module.css';

/** Policies that an administrator puts in force before anybody has a seat. */
export function FoundingPage(): ReactElement {
  const { house, error, retry } = useHouse();
  return (
    <>
      <PageHead
        title="Founding decision"
        lead="Until somebody has a seat, an administrator puts policies in force and answers for it in the log."
      />
      {error && <ErrorNotice error={error} onRetry={retry} />}
      {house && !nobodySeated(house.bodies) && (
        <Notice title="Somebody has a seat">
          <p>Policies change by a decision of the body now: draw up a proposal.</p>
        </Notice>
      )}
      {house && nobodySeated(house.bodies) && <Form inForce={house.text} />}
    </>
  );
}

function Form({ inForce }: { inForce: string }): ReactElement {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [reason, setReason] = useState('');
  const [reviewBy, setReviewBy] = useState('');
  const [text, setText] = useState(inForce);
  const [asking, setAsking] = useState(false);
  const ready = title.trim() !== '' && reason.trim() !== '' && text.trim() !== '';
  const put = useMutation({
    mutationFn: () => found({ title: title.trim(), reason, text, review_by: reviewBy }),
    onSuccess: async () => {
      await lookAgain(client);
      await navigate({ to: '/governance/decisions/log' });
    },
    onError: () => {
      setAsking(false);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) setAsking(true);
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label="Founding decision">
      <TextInput
        label="Title"
        maxLength={200}
        value={title}
        onChange={(event) => {
          setTitle(event.currentTarget.value);
        }}
      />
      <Textarea
        label="Reason"
        autosize
        minRows={3}
        maxLength={20_000}
        value={reason}
        onChange={(event) => {
          setReason(event.currentTarget.value);
        }}
      />
      <TextInput
        className={classes.narrow ?? ''}
        type="date"
        label="Looked at again on"
        description="In a year, when empty"
        min={daysAgo(-1)}
        value={reviewBy}
        onChange={(event) => {
          setReviewBy(event.currentTarget.value);
        }}
      />
      <PolicyField text={text} onChange={setText} />
      <Trouble error={put.error} />
      <div className={classes.actions}>
        <Button type="submit" disabled={!ready}>
          Put in force…
        </Button>
      </div>
      <Modal
        opened={asking}
        onClose={() => {
          setAsking(false);
        }}
        title="Put these policies in force?"
        closeButtonProps={{ 'aria-label': 'Close the dialog' }}
      >
        <Stack gap="md">
          <Text size="sm">
            They are in force at once, for everybody, and the log says that you decided so alone. As long as
            nobody is seated, another founding decision can replace them.
          </Text>
          <Group justify="flex-end">
            <Button
              variant="default"
              onClick={() => {
                setAsking(false);
              }}
            >
              Leave it
            </Button>
            <Button
              loading={put.isPending}
              onClick={() => {
                put.mutate();
              }}
            >
              Put in force
            </Button>
          </Group>
        </Stack>
      </Modal>
    </form>
  );
}
