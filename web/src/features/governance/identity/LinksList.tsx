import { Button, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { linksQuery, pairQuery, type LinkState } from '@/api/identity';
import type { IdentityPair, PairStory } from '@/api/types';
import { Answered } from '@/shared/ui/Answered';
import { Moment } from '@/shared/ui/Moment';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { Trouble } from '@/shared/ui/Trouble';
import { Nothing } from '../Part';
import { Comparison, Reasons } from './Comparison';
import { useDeciding } from './deciding';
import { bothNames, sayerWords } from './words';
import classes from './identity.module.css';

const SHOWN: { value: LinkState; label: string }[] = [
  { value: 'linked', label: 'Linked' },
  { value: 'apart', label: 'Never the same' },
];

/** What was said of pairs, by people and by the machine, the newest first; each can be taken back. */
export function LinksList(): ReactElement {
  const [state, setState] = useState<LinkState>('linked');
  const [cursor, setCursor] = useState('');
  const [opened, setOpened] = useState<IdentityPair | null>(null);
  const answer = useQuery(linksQuery(state, cursor));
  return (
    <>
      <div>
        <SegmentedControl
          aria-label="Which"
          data={SHOWN}
          value={state}
          mb="md"
          classNames={{ control: classes.control ?? '' }}
          onChange={(value) => {
            setState(value === 'apart' ? 'apart' : 'linked');
            setCursor('');
          }}
        />
      </div>
      <Answered answer={answer} waiting="Asking for links…">
        {({ pairs, next }) =>
          pairs.length === 0 ? (
            <Nothing>
              {state === 'linked'
                ? 'No records are linked yet.'
                : 'Nobody said of two records that they are never the same.'}
            </Nothing>
          ) : (
            <>
              <Records
                label="Links"
                rows={pairs}
                columns={COLUMNS}
                keyOf={({ key }) => key}
                open={opened?.key}
                onOpen={setOpened}
              />
              <Group mt="md">
                {cursor && (
                  <Button
                    variant="default"
                    onClick={() => {
                      setCursor('');
                    }}
                  >
                    Back to the newest
                  </Button>
                )}
                {next && (
                  <Button
                    variant="default"
                    onClick={() => {
                      setCursor(next);
                    }}
                  >
                    Earlier ones
                  </Button>
                )}
              </Group>
            </>
          )
        }
      </Answered>
      <Modal
        opened={opened !== null}
        onClose={() => {
          setOpened(null);
        }}
        size="xl"
        title={opened ? bothNames(opened) : ''}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {opened && (
          <OnePair
            pair={opened}
            onDone={() => {
              setOpened(null);
            }}
          />
        )}
      </Modal>
    </>
  );
}

const COLUMNS: RecordColumn<IdentityPair>[] = [
  { title: 'Who', width: 'minmax(0, 1.4fr)', cell: (pair) => <b>{bothNames(pair)}</b> },
  {
    title: 'Records',
    width: 'minmax(0, 1.4fr)',
    cell: ({ one, other }) => (
      <span className="mono">
        {one.patient_id} ({one.issuer || '?'}) · {other.patient_id} ({other.issuer || '?'})
      </span>
    ),
  },
  { title: 'By', cell: sayerWords },
  { title: 'When', cell: ({ at }) => <Moment at={at} /> },
];

function OnePair({ pair, onDone }: { pair: IdentityPair; onDone: () => void }): ReactElement {
  const story = useQuery(pairQuery(pair.key));
  const [note, setNote] = useState('');
  const deciding = useDeciding();
  const linked = pair.state === 'linked';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    deciding.mutate({ pair, verb: 'undo', note }, { onSuccess: onDone });
  };
  return (
    <Stack>
      <Comparison pair={pair} />
      <Reasons pair={pair} />
      {story.data && <Story changes={story.data.changes} />}
      <form onSubmit={submit} aria-label="Take back">
        <Stack gap="sm">
          <TextInput
            label="Why it is taken back"
            required={linked}
            value={note}
            maxLength={500}
            onChange={({ currentTarget }) => {
              setNote(currentTarget.value);
            }}
          />
          <Trouble error={deciding.error} />
          <Group>
            <Button type="submit" disabled={linked && !note.trim()} loading={deciding.isPending}>
              {linked ? 'Take the link back' : 'Take the mark back'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}

const STATES: Record<string, string> = {
  proposed: 'Asked',
  later: 'Put off',
  linked: 'Linked',
  apart: 'Never the same',
  dropped: 'No longer likely',
};

function Story({ changes }: Pick<PairStory, 'changes'>): ReactElement {
  return (
    <ol className={classes.story} aria-label="What happened">
      {changes.map(({ revision, state, at, by, note }) => (
        <li key={revision}>
          <Moment at={at} />
          <span>
            <b>{STATES[state] ?? state}</b> by {by ? by.replace(/^person:/, '') : 'the machine'}
            {note && <small>{note}</small>}
          </span>
        </li>
      ))}
    </ol>
  );
}
