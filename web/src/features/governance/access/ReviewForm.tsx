import { Button, Group, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { review } from '@/api/emergency';
import type { EmergencyAccess } from '@/api/types';
import { reasonFault } from '@/shared/lib/reason';
import { Trouble } from '@/shared/ui/Trouble';

/** Judge an emergency access, once and for all: said first, then confirmed. */
export function ReviewForm({ access }: { access: EmergencyAccess }): ReactElement {
  const client = useQueryClient();
  const [verdict, setVerdict] = useState('');
  const [comment, setComment] = useState('');
  const [asking, setAsking] = useState(false);
  const fault = reasonFault(comment);
  const judge = useMutation({
    mutationFn: () => review({ key: access.key, justified: verdict === 'yes', comment }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['emergency'] }),
    onError: () => {
      setAsking(false);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (asking) judge.mutate();
    else setAsking(true);
  };
  return (
    <form onSubmit={submit} aria-label="Review">
      <Stack gap="md">
        <Radio.Group label="Was it justified?" value={verdict} onChange={setVerdict}>
          <Group mt={6}>
            <Radio value="yes" label="Justified" size="xs" disabled={asking} />
            <Radio value="no" label="Not justified" size="xs" disabled={asking} />
          </Group>
        </Radio.Group>
        <Textarea
          label="Comment"
          description={fault && comment ? fault : 'Why. At least 10 characters.'}
          autosize
          minRows={2}
          maxLength={1000}
          readOnly={asking}
          value={comment}
          onChange={(event) => {
            setComment(event.currentTarget.value);
          }}
        />
        <Trouble error={judge.error} />
        {asking && (
          <Text size="sm" role="alert">
            Record “{verdict === 'yes' ? 'justified' : 'not justified'}” under your name? It cannot be changed
            afterwards.
          </Text>
        )}
        <Group justify="flex-end">
          {asking && (
            <Button
              variant="default"
              onClick={() => {
                setAsking(false);
              }}
            >
              Change it
            </Button>
          )}
          <Button type="submit" disabled={!verdict || fault !== null} loading={judge.isPending}>
            {asking ? 'Yes, record it' : 'Record the review…'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
