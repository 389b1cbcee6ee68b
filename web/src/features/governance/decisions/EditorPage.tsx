import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { proposalQuery, propose, redraft } from '@/api/decisions';
import type { Proposal } from '@/api/types';
import { isoDay } from '@/shared/lib/dates';
import { ErrorNotice } from '@/shared/ui/Notice';
import { PageHead } from '../PageHead';
import { BriefForm, type House } from './BriefForm';
import { draftOf, newDraft, type Start } from './brief';
import { useHouse } from './useHouse';
import classes from './decisions.module.css';

function useShow(): (proposal: Proposal) => void {
  const navigate = useNavigate();
  return ({ key }) => void navigate({ to: '/governance/decisions/proposals/$key', params: { key } });
}

/** A new proposal, begun from the policies in force. */
export function NewProposalPage(): ReactElement {
  const start = useSearch({ from: '/signed-in/governance/decisions/new' });
  const { house, error, retry } = useHouse();
  return (
    <>
      <PageHead
        title="New proposal"
        lead="Say what shall change and why. It stays a draft until somebody with a seat puts it to the vote."
      />
      {error !== null && <ErrorNotice error={error} onRetry={retry} />}
      {house && <Fresh key={JSON.stringify(start)} house={house} start={start} />}
    </>
  );
}

function Fresh({ house, start }: { house: House; start: Start }): ReactElement {
  const show = useShow();
  return (
    <BriefForm
      start={newDraft(house.bodies, house.text, start)}
      house={house}
      onSave={(body, brief) => propose({ ...brief, body, open: false })}
      onDone={show}
    />
  );
}

/** A draft that is changed, or one that is out of date and drawn up anew. */
export function RedraftPage(): ReactElement {
  const { key } = useParams({ from: '/signed-in/governance/decisions/proposals/$key/edit' });
  const { house, error, retry } = useHouse();
  const proposal = useQuery(proposalQuery(key));
  const show = useShow();
  const trouble = error ?? proposal.error;
  const stale = proposal.data?.proposal.state === 'stale';
  return (
    <>
      <PageHead
        title={stale ? 'Draw it up anew' : 'Change the draft'}
        lead="It is put on what is in force now, and voted on from the beginning."
      />
      {trouble && !proposal.data && <ErrorNotice error={trouble} onRetry={retry} />}
      {stale && (
        <p className={classes.unable} role="status">
          Something else was decided meanwhile. Look at what changes below: whatever you did not mean to
          change takes that decision back.
        </p>
      )}
      {house && proposal.data && (
        <BriefForm
          start={draftOf(proposal.data, house.bodies, isoDay(new Date()))}
          house={house}
          again
          onSave={(_, brief) => redraft(key, brief)}
          onDone={show}
        />
      )}
    </>
  );
}
