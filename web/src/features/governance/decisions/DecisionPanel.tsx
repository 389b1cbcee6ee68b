import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { bodiesQuery } from '@/api/decisions';
import type { Logged } from '@/api/types';
import { LinkButton } from '@/shared/ui/LinkButton';
import { Moment } from '@/shared/ui/Moment';
import { Fact } from '@/shared/ui/PatientHead';
import { LookBackForm } from './LookBackForm';
import { mayLookBack, recordOf, wayBack } from './log';
import { VersionName } from './VersionName';
import { sessionQuery } from '@/api/session';
import { bodyName, CHOICE_WORDS, CLASS_WORDS, formatDay, KIND_WORDS, OUTCOME_WORDS } from './words';
import classes from './decisions.module.css';

interface DecisionPanelProps {
  logged: Logged | undefined;
  onClose: () => void;
}

/** One decision whole: why, by whom, the looks back at it, and the way back. */
export function DecisionPanel({ logged, onClose }: DecisionPanelProps): ReactElement {
  return (
    <Drawer
      opened={logged !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title={logged ? `Decision ${logged.decision.number}` : 'Decision'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {logged && <Details key={logged.decision.number} logged={logged} />}
    </Drawer>
  );
}

function Details({ logged }: { logged: Logged }): ReactElement {
  const { data: bodies } = useQuery(bodiesQuery);
  const { decision } = logged;
  const back = wayBack(logged);
  return (
    <div className={classes.details}>
      <h2>{decision.title}</h2>
      <p className={classes.prose}>{decision.reason}</p>
      <dl className={classes.facts}>
        <Fact name="Outcome" value={OUTCOME_WORDS[decision.outcome]} />
        <Fact name="On" value={<Moment at={decision.at} />} />
        <Fact name="Body" value={bodyName(bodies, decision.body)} />
        <Fact name="About" value={KIND_WORDS[decision.kind]} />
        <Fact name="Accountable" value={decision.accountable || 'Nobody'} />
        <Fact name="Carried out by" value={decision.owner} />
        {decision.version && <Fact name="Version" value={<VersionName version={decision.version} />} />}
        {decision.version && <Fact name="Before it" value={<VersionName version={decision.before} />} />}
      </dl>
      <div className={classes.actions}>
        {decision.outcome !== 'founding' && (
          <LinkButton
            variant="default"
            to="/governance/decisions/proposals/$key"
            params={{ key: decision.proposal }}
          >
            Show the proposal
          </LinkButton>
        )}
        {back && (
          <LinkButton
            variant="default"
            to="/governance/decisions/new"
            search={{ kind: 'rollback', version: back.version }}
          >
            {back.words}
          </LinkButton>
        )}
      </div>
      <Voices logged={logged} />
      <Reviews logged={logged} />
    </div>
  );
}

function Voices({ logged }: { logged: Logged }): ReactElement | null {
  const { votes, why } = recordOf(logged);
  if (logged.decision.outcome === 'founding') return null;
  return (
    <>
      <h3>Votes</h3>
      {why && <p className={classes.small}>{why}.</p>}
      <ul className={classes.votes} aria-label="Votes">
        {votes.map((vote) => (
          <li key={vote.seat} data-choice={vote.choice}>
            <b>{CHOICE_WORDS[vote.choice]}</b>
            <span>
              {vote.account} <small>{CLASS_WORDS[vote.seat_class]} seat</small>
              {vote.comment && <q>{vote.comment}</q>}
            </span>
          </li>
        ))}
      </ul>
      {votes.length === 0 && <p>Nobody voted.</p>}
    </>
  );
}

function Reviews({ logged }: { logged: Logged }): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const { data: bodies } = useQuery(bodiesQuery);
  const seats = bodies?.find(({ body }) => body.key === logged.decision.body)?.seats ?? [];
  return (
    <>
      <h3>Reviews</h3>
      <ul className={classes.reviews}>
        {logged.reviews.map((one) => (
          <li key={one.at}>
            <small>
              {one.by}, <Moment at={one.at} />
            </small>
            <p>{one.note}</p>
          </li>
        ))}
      </ul>
      {logged.in_effect ? (
        <p className={logged.overdue ? classes.late : undefined}>
          {logged.overdue ? 'Overdue since' : 'Next on'} {formatDay(logged.review_by)}
        </p>
      ) : (
        logged.reviews.length === 0 && <p>None, and none is due: it is not in effect.</p>
      )}
      {mayLookBack(logged, session?.name ?? '', seats) && <LookBackForm number={logged.decision.number} />}
    </>
  );
}
