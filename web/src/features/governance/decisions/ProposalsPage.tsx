import { NativeSelect } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { bodiesQuery, proposalsQuery } from '@/api/decisions';
import type { BodyView, Proposal, ProposalState } from '@/api/types';
import { LinkButton } from '@/shared/ui/LinkButton';
import { Moment } from '@/shared/ui/Moment';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { PageHead } from '../PageHead';
import { StateMark } from './StateMark';
import { bodyName, KIND_WORDS, STATE_WORDS } from './words';
import classes from './decisions.module.css';

const STATES = Object.entries(STATE_WORDS).map(([value, label]) => ({ value, label }));

/** What was proposed, by state. */
export function ProposalsPage(): ReactElement {
  const { state } = useSearch({ from: '/signed-in/governance/decisions/' });
  const navigate = useNavigate();
  const { data: bodies } = useQuery(bodiesQuery);
  const { data, error, refetch } = useQuery(proposalsQuery(state));
  const choose = (value: string): void => {
    const search = value ? { state: value as ProposalState } : {};
    void navigate({ to: '/governance/decisions', search, replace: true });
  };
  return (
    <>
      <PageHead
        title="Proposals"
        lead="What the bodies of the house are asked to decide, and what became of it."
      >
        <NativeSelect
          aria-label="State"
          value={state ?? ''}
          data={[{ value: '', label: 'Every state' }, ...STATES]}
          onChange={(event) => {
            choose(event.currentTarget.value);
          }}
        />
        <LinkButton to="/governance/decisions/new">New proposal</LinkButton>
      </PageHead>
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && data.length > 0 && (
        <Records label="Proposals" rows={data} columns={columnsOf(bodies)} keyOf={({ key }) => key} />
      )}
      {data?.length === 0 && <NoProposals state={state} />}
    </>
  );
}

const columnsOf = (bodies: BodyView[] | undefined): RecordColumn<Proposal>[] => [
  {
    title: 'Proposal',
    width: 'minmax(0, 2.2fr)',
    cell: ({ key, title }) => (
      <Link to="/governance/decisions/proposals/$key" params={{ key }} className={classes.link}>
        {title}
      </Link>
    ),
  },
  { title: 'State', width: '8rem', cell: ({ state }) => <StateMark state={state} /> },
  { title: 'About', width: '5rem', cell: ({ kind }) => KIND_WORDS[kind] },
  { title: 'Body', cell: ({ body }) => bodyName(bodies, body) },
  { title: 'Proposed by', width: 'minmax(0, 0.8fr)', cell: ({ proposed_by }) => proposed_by },
  {
    title: 'When',
    width: '11rem',
    cell: (one) => (
      <span>
        {one.state === 'open' && 'Votes until '}
        <Moment at={one.state === 'open' ? one.closes_at : (one.closed_at ?? one.created_at)} />
      </span>
    ),
  },
];

function NoProposals({ state }: { state: ProposalState | undefined }): ReactElement {
  if (state)
    return (
      <Notice
        title={`No proposal is ${STATE_WORDS[state].toLowerCase()}`}
        actions={
          <LinkButton variant="default" to="/governance/decisions">
            Show every state
          </LinkButton>
        }
      >
        <p>There may be some of another state.</p>
      </Notice>
    );
  return (
    <Notice
      icon={<IconScale size={26} stroke={1.5} />}
      title="Nothing was proposed yet"
      actions={<LinkButton to="/governance/decisions/new">Propose a change of the policies</LinkButton>}
    >
      <p>
        A change of the policies starts as a proposal. What it would have changed is seen before anybody
        votes.
      </p>
    </Notice>
  );
}
