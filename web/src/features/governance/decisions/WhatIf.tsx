import { Button, NativeSelect, Progress } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { cancelReplay, refreshDecisions, replayQuery, replaysQuery, startReplay } from '@/api/decisions';
import type { Proposal, Replay } from '@/api/types';
import { formatCount } from '@/shared/lib/quantities';
import { Moment } from '@/shared/ui/Moment';
import { Trouble } from '@/shared/ui/Trouble';
import { actorWords } from '../access/names';
import { Outcome } from './Outcome';
import { daysOf, doneShare, PERIODS } from './replays';
import classes from './decisions.module.css';

/** What a proposal would have changed in the past, found out by the worker while one waits or does something else. */
export function WhatIf({ proposal }: { proposal: Proposal }): ReactElement {
  const { data: replays, error } = useQuery(replaysQuery(proposal.key));
  const newest = replays?.[0];
  return (
    <section className={classes.panel} aria-labelledby="what-if">
      <h2 id="what-if">What if it had been in force</h2>
      <p className={classes.prose}>
        The accesses that the audit holds are decided again, under this proposal and under what is in force:
        who would have gained, and who would have lost what.
      </p>
      <Trouble error={error} />
      {replays && !newest && <Start proposal={proposal.key} />}
      {newest && <Latest key={newest.key} newest={newest} proposal={proposal} />}
    </section>
  );
}

function Start({ proposal, again = false }: { proposal: string; again?: boolean }): ReactElement {
  const client = useQueryClient();
  const [period, setPeriod] = useState('90');
  const start = useMutation({
    mutationFn: () => startReplay(proposal, daysOf(period)),
    onSuccess: () => refreshDecisions(client),
  });
  return (
    <>
      <div className={classes.actions}>
        <NativeSelect
          aria-label="How much of the past"
          data={PERIODS}
          value={period}
          onChange={(event) => {
            setPeriod(event.currentTarget.value);
          }}
        />
        <Button
          variant={again ? 'default' : 'filled'}
          loading={start.isPending}
          onClick={() => {
            start.mutate();
          }}
        >
          {again ? 'Try it again' : 'Try it on the past'}
        </Button>
      </div>
      <Trouble error={start.error} />
    </>
  );
}

/** The newest replay: how far it is, or what came out. */
function Latest({ newest, proposal }: { newest: Replay; proposal: Proposal }): ReactElement {
  const { data, error } = useQuery(replayQuery(newest.key));
  const replay = data?.replay ?? newest;
  if (replay.state === 'running')
    return (
      <>
        <Trouble error={error} />
        <Running replay={replay} />
      </>
    );
  return (
    <>
      <Start proposal={proposal.key} again />
      {replay.state === 'cancelled' && <p role="status">The last replay was stopped before it ended.</p>}
      {replay.state === 'done' && (
        <>
          <About replay={replay} current={replay.version === proposal.version} />
          <Outcome replay={replay.key} />
        </>
      )}
    </>
  );
}

function About({ replay, current }: { replay: Replay; current: boolean }): ReactElement {
  return (
    <p className={classes.small} role="status">
      Done: asked for by {actorWords(replay.asked_by)} on <Moment at={replay.asked_at} />, of{' '}
      {replay.since ? (
        <>
          what happened since <Moment at={replay.since} />
        </>
      ) : (
        'all that the audit holds'
      )}
      .{!current && <b> It was of an earlier draft: try it again.</b>}
    </p>
  );
}

function Running({ replay }: { replay: Replay }): ReactElement {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelReplay(replay.key),
    onSettled: () => refreshDecisions(client),
  });
  return (
    <div className={classes.running}>
      <p role="status">
        {replay.done === 0
          ? 'It waits for the worker.'
          : `${formatCount(replay.done)} of ${formatCount(replay.total)} events are decided again.`}{' '}
        You may leave this page meanwhile.
      </p>
      <Progress value={doneShare(replay)} aria-label="Replay" animated />
      <Button
        variant="default"
        loading={cancel.isPending}
        onClick={() => {
          cancel.mutate();
        }}
      >
        Stop it
      </Button>
      <Trouble error={cancel.error} />
    </div>
  );
}
