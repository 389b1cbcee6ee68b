import { Button, Kbd } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { queueQuery, type QueueState } from '@/api/identity';
import type { IdentityPair, IdentityVerb, PairPage } from '@/api/types';
import { useHotkeys } from '@/shared/lib/hotkeys';
import { plural } from '@/shared/lib/quantities';
import { Answered } from '@/shared/ui/Answered';
import { Notice } from '@/shared/ui/Notice';
import { Trouble } from '@/shared/ui/Trouble';
import { Comparison, Reasons } from './Comparison';
import { useDeciding } from './deciding';
import classes from './identity.module.css';

/** Pairs of records that may be of one person, one after the other. */
export function Queue({ state }: { state: QueueState }): ReactElement {
  const [cursors, setCursors] = useState<string[]>(['']);
  const answer = useQuery(queueQuery(state, cursors.at(-1)));
  return (
    <Answered answer={answer} waiting="Asking for records…">
      {(page) =>
        page.pairs.length === 0 ? (
          <Empty page={page} state={state} />
        ) : (
          <Review
            key={cursors.at(-1)}
            page={page}
            state={state}
            first={cursors.length === 1}
            onNext={(cursor) => {
              setCursors([...cursors, cursor]);
            }}
            onBack={() => {
              setCursors(cursors.slice(0, -1));
            }}
          />
        )
      }
    </Answered>
  );
}

function Empty({ page, state }: { page: PairPage; state: QueueState }): ReactElement {
  return (
    <Notice
      icon={<IconUsers size={26} stroke={1.5} />}
      title={state === 'later' ? 'Nothing was put off' : 'Nothing to decide'}
    >
      <p>
        {page.left > 0
          ? `${plural(page.left, 'record is', 'records are')} still being compared.`
          : 'Records that may be of one person wait here until somebody says so.'}
      </p>
    </Notice>
  );
}

interface ReviewProps {
  page: PairPage;
  state: QueueState;
  /** Whether this is the first page. */
  first: boolean;
  onNext: (cursor: string) => void;
  onBack: () => void;
}

function Review({ page, state, first, onNext, onBack }: ReviewProps): ReactElement {
  const [place, setPlace] = useState(0);
  const deciding = useDeciding();
  const at = Math.min(place, page.pairs.length - 1);
  const pair = page.pairs[at];
  const step = (by: number): void => {
    if (at + by < 0) {
      if (!first) onBack();
    } else if (at + by < page.pairs.length) setPlace(at + by);
    else if (page.next) onNext(page.next);
  };
  const say = (verb: IdentityVerb): void => {
    if (pair && !deciding.isPending) deciding.mutate({ pair, verb });
  };
  useHotkeys({
    a: () => {
      say('accept');
    },
    n: () => {
      say('apart');
    },
    l: () => {
      if (state === 'proposed') say('later');
    },
    ArrowRight: () => {
      step(1);
    },
    ArrowLeft: () => {
      step(-1);
    },
  });
  if (!pair) return <></>;
  return (
    <article className={classes.review} aria-label="Are these one person?">
      <header className={classes.line}>
        <p role="status">
          {at + 1} of {page.pairs.length}
          {page.next ? ' and more' : ''}
          {page.left > 0 && ` · ${plural(page.left, 'record is', 'records are')} still being compared`}
        </p>
        <Button.Group>
          <Button
            variant="default"
            size="xs"
            aria-label="Previous pair"
            disabled={at === 0 && first}
            onClick={() => {
              step(-1);
            }}
          >
            <IconChevronLeft size={16} stroke={1.8} />
          </Button>
          <Button
            variant="default"
            size="xs"
            aria-label="Next pair"
            disabled={at === page.pairs.length - 1 && !page.next}
            onClick={() => {
              step(1);
            }}
          >
            <IconChevronRight size={16} stroke={1.8} />
          </Button>
        </Button.Group>
      </header>
      <Comparison pair={pair} />
      <Reasons pair={pair} />
      <Trouble error={deciding.error} />
      <Answers pair={pair} state={state} busy={deciding.isPending} onSay={say} />
    </article>
  );
}

interface AnswersProps {
  pair: IdentityPair;
  state: QueueState;
  busy: boolean;
  onSay: (verb: IdentityVerb) => void;
}

function Answers({ state, busy, onSay }: AnswersProps): ReactElement {
  const answer = (verb: IdentityVerb, words: string, key: string, strong = false): ReactElement => (
    <Button
      variant={strong ? 'filled' : 'default'}
      disabled={busy}
      rightSection={<Kbd size="xs">{key}</Kbd>}
      onClick={() => {
        onSay(verb);
      }}
    >
      {words}
    </Button>
  );
  return (
    <div className={classes.answers}>
      {answer('accept', 'One person', 'A', true)}
      {answer('apart', 'Never the same', 'N')}
      {state === 'proposed' && answer('later', 'Later', 'L')}
    </div>
  );
}
