import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useRef, type ReactElement } from 'react';
import { bodiesQuery, proposalQuery } from '@/api/decisions';
import { sessionQuery } from '@/api/session';
import type { BodyView, ProposalView } from '@/api/types';
import { useNow } from '@/shared/lib/now';
import { Moment } from '@/shared/ui/Moment';
import { ErrorNotice } from '@/shared/ui/Notice';
import { Fact } from '@/shared/ui/PatientHead';
import { PageHead } from '../PageHead';
import { BodyChanges } from './BodyChanges';
import { Differences } from './Differences';
import { Findings } from './Findings';
import { StateMark } from './StateMark';
import { StepButtons } from './StepButtons';
import { waysOf } from './steps';
import { VersionName } from './VersionName';
import { VotePanel } from './VotePanel';
import { WhatIf } from './WhatIf';
import { bodyName, formatDay, KIND_WORDS } from './words';
import classes from './decisions.module.css';

const TICK_MS = 30_000;

/** One proposal: what it says, what it changes, what the past says to it, and the vote. */
export function ProposalPage(): ReactElement {
  const { key } = useParams({ from: '/signed-in/governance/decisions/proposals/$key' });
  const { data: view, error, refetch } = useQuery(proposalQuery(key));
  const { data: bodies } = useQuery(bodiesQuery);
  if (error && !view) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!view || !bodies) return <div aria-busy="true" />;
  return <Proposal view={view} bodies={bodies} />;
}

function Proposal({ view, bodies }: { view: ProposalView; bodies: BodyView[] }): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const now = useNow(TICK_MS);
  const { proposal, examination } = view;
  const body = bodies.find((one) => one.body.key === proposal.body);
  const ways = waysOf(view, session?.name ?? '', body, now);
  const voted = view.votes.length > 0 || ['open', 'passed', 'rejected'].includes(proposal.state);
  return (
    <>
      <PageHead
        title={proposal.title}
        lead={`${proposal.proposed_by} proposes this to the ${bodyName(bodies, proposal.body)}: see what it changes before you vote.`}
      >
        <StepButtons view={view} ways={ways} />
      </PageHead>
      <Standing view={view} why={ways.why} />
      <section className={classes.panel} aria-label="Reason">
        <p className={classes.prose}>{proposal.reason}</p>
        <dl className={classes.facts}>
          <Fact name="About" value={KIND_WORDS[proposal.kind]} />
          <Fact name="Drawn up" value={<Moment at={proposal.created_at} />} />
          <Fact name="Carried out by" value={proposal.owner} />
          <Fact name="Looked at again on" value={formatDay(proposal.review_by)} />
          {proposal.version && <Fact name="Version" value={<VersionName version={proposal.version} />} />}
          {proposal.version && <Fact name="Drawn up on" value={<VersionName version={proposal.base} />} />}
        </dl>
      </section>
      {voted && <VotePanel key={proposal.round} view={view} body={body} ways={ways} />}
      {proposal.change && <BodyChanges change={proposal.change} bodies={bodies} state={proposal.state} />}
      {examination && (
        <>
          <section className={classes.panel} aria-labelledby="changes">
            <h2 id="changes">What changes of the policies</h2>
            <Differences differences={examination.differences} />
          </section>
          <section className={classes.panel} aria-labelledby="checks">
            <h2 id="checks">What the checks find</h2>
            <Findings findings={examination.findings} />
          </section>
          <WhatIf proposal={proposal} />
        </>
      )}
    </>
  );
}

/** Where it stands, and until when; it takes the focus when that changes, as the button that was pressed is gone. */
function Standing({ view, why }: { view: ProposalView; why: string }): ReactElement {
  const { state, closes_at, closed_at, why: said } = view.proposal;
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(state);
  useEffect(() => {
    if (before.current !== state) place.current?.focus();
    before.current = state;
  }, [state]);
  return (
    <div ref={place} className={classes.standing} role="status" tabIndex={-1}>
      <StateMark state={state} />
      {state === 'open' && (
        <span>
          until <Moment at={closes_at} />
        </span>
      )}
      {closed_at && (
        <span>
          on <Moment at={closed_at} />
        </span>
      )}
      {state === 'stale' && (
        <span>What it was drawn up on is no longer in force. Drawn up anew, it can be voted on again.</span>
      )}
      {said && state !== 'stale' && <span>{said}.</span>}
      {why && <span>{why}</span>}
    </div>
  );
}
