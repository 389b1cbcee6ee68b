import type { BodyView, ProposalView } from '@/api/types';

/** What the reader may do with a proposal now. */
export interface Ways {
  vote: boolean;
  open: boolean;
  redraft: boolean;
  withdraw: boolean;
  close: boolean;
  /** Why it is not the reader's to go on with it, or what it waits for; empty when nothing is to be said. */
  why: string;
}

/** How many of the seats have not voted yet. */
export const waitingFor = ({ tally }: ProposalView): number =>
  Math.max(0, tally.seats - tally.yes - tally.no - tally.abstain);

/** Whether the vote may be ended: everybody voted, or its time is over. */
export const isOver = (view: ProposalView, now: number): boolean =>
  waitingFor(view) === 0 || Date.parse(view.proposal.closes_at ?? '') <= now;

const errorsOf = ({ examination }: ProposalView): number =>
  examination?.findings.filter(({ level }) => level === 'error').length ?? 0;

function whyDraft(view: ProposalView): string {
  if (errorsOf(view) > 0) return 'The checks find an error: it has to be drawn up anew before a vote.';
  if (view.unable) return `The body cannot decide: ${view.unable}.`;
  return view.seat ? '' : 'Somebody with a seat in this body puts it to the vote.';
}

function whyOpen(view: ProposalView, over: boolean): string {
  if (!view.seat) return 'You have no seat in this body: you may read along.';
  return over ? '' : 'It ends when all have voted, or its time is over.';
}

/** Who drew it up, and the chair, may change a proposal and take it back. */
const isTheirs = ({ proposal }: ProposalView, reader: string, body: BodyView | undefined): boolean =>
  reader !== '' && [proposal.proposed_by, body?.chair].includes(reader);

const NOTHING: Ways = { vote: false, open: false, redraft: false, withdraw: false, close: false, why: '' };

/** What somebody may do; the server decides on its own. */
export function waysOf(view: ProposalView, reader: string, body: BodyView | undefined, now: number): Ways {
  const own = isTheirs(view, reader, body);
  if (view.proposal.state === 'draft') {
    const why = whyDraft(view);
    return { ...NOTHING, redraft: own, withdraw: own, open: why === '', why };
  }
  if (view.proposal.state === 'stale') return { ...NOTHING, redraft: own, withdraw: own };
  if (view.proposal.state !== 'open') return NOTHING;
  const over = isOver(view, now);
  const inTime = Date.parse(view.proposal.closes_at ?? '') > now;
  const seated = view.seat !== null;
  return {
    ...NOTHING,
    withdraw: own,
    vote: seated && inTime,
    close: seated && over,
    why: whyOpen(view, over),
  };
}
