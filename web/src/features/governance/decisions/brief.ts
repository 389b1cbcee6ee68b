import type { BodyChange, BodyView, Brief, Constitution, NewSeat, Proposal, ProposalView } from '@/api/types';
import { constitutionFault, keyFault, keyOf, NEW_BODY, STEERING } from './bodies';

export type Kind = Proposal['kind'];

/** A change of a body as it is filled in; `target` is empty for a new one. */
export interface BodyDraft {
  target: string;
  constitution: Constitution;
  given: NewSeat[];
  ended: string[];
}

/** A proposal as it is filled in; days are `2026-12-31` or empty. */
export interface Draft {
  kind: Kind;
  body: string;
  title: string;
  reason: string;
  text: string;
  version: string;
  change: BodyDraft;
  owner: string;
  reviewBy: string;
  closesOn: string;
}

/** The change of a body that nobody has changed yet. */
export function bodyDraft(bodies: BodyView[], target: string): BodyDraft {
  const known = bodies.find(({ body }) => body.key === target)?.body;
  return { target: known?.key ?? '', constitution: known?.constitution ?? NEW_BODY, given: [], ended: [] };
}

export interface Start {
  kind?: Kind | undefined;
  /** The body that shall change. */
  body?: string | undefined;
  /** The version to go back to. */
  version?: string | undefined;
}

/** A new proposal: of the policies in force, unless the address says of what. */
export function newDraft(bodies: BodyView[], text: string, start: Start): Draft {
  return {
    kind: start.kind ?? 'policy',
    body: STEERING,
    title: '',
    reason: '',
    text,
    version: start.version ?? '',
    change: bodyDraft(bodies, start.body ?? (start.kind === 'charter' ? '' : STEERING)),
    owner: '',
    reviewBy: '',
    closesOn: '',
  };
}

/** The last moment of a day: a closing that somebody chose; others came by themselves when the vote was opened. */
const CHOSEN = 'T23:59:59.999Z';

const ifToCome = (day: string, today: string): string => (day > today ? day : '');

/** An existing proposal, to be drawn up anew; days that are over are chosen again. */
export function draftOf({ proposal, text }: ProposalView, bodies: BodyView[], today: string): Draft {
  const { change, closes_at } = proposal;
  const begun = bodyDraft(bodies, change?.body ?? '');
  const chosen = closes_at?.endsWith(CHOSEN) ? closes_at.slice(0, today.length) : '';
  return {
    kind: proposal.kind,
    body: proposal.body,
    title: proposal.title,
    reason: proposal.reason,
    text,
    version: proposal.version,
    change: {
      target: begun.target,
      constitution: change?.constitution ?? begun.constitution,
      given: change?.given ?? [],
      ended: change?.ended ?? [],
    },
    owner: proposal.owner,
    reviewBy: ifToCome(proposal.review_by, today),
    closesOn: ifToCome(chosen, today),
  };
}

/** What changes of a body: its constitution only where it is another one. */
export function changeOf(draft: BodyDraft, bodies: BodyView[]): BodyChange {
  const known = bodies.find(({ body }) => body.key === draft.target)?.body;
  const same = known && JSON.stringify(known.constitution) === JSON.stringify(draft.constitution);
  return {
    body: known?.key ?? keyOf(draft.constitution.name),
    constitution: same ? null : draft.constitution,
    given: draft.given.map((seat) => ({ ...seat, account: seat.account.trim().toLowerCase() })),
    ended: draft.ended,
  };
}

/** The proposal as the server takes it. */
export function briefOf(draft: Draft, bodies: BodyView[]): Brief {
  return {
    title: draft.title.trim(),
    reason: draft.reason,
    kind: draft.kind,
    text: draft.kind === 'policy' ? draft.text : '',
    version: draft.kind === 'rollback' ? draft.version : '',
    change: draft.kind === 'charter' ? changeOf(draft.change, bodies) : null,
    owner: draft.owner.trim().toLowerCase(),
    review_by: draft.reviewBy,
    closes_on: draft.closesOn,
  };
}

function changeFault(draft: BodyDraft, bodies: BodyView[]): string | null {
  const change = changeOf(draft, bodies);
  const incomplete = constitutionFault(draft.constitution);
  if (incomplete) return incomplete;
  if (!draft.target) return keyFault(change.body, bodies);
  const nothing = !change.constitution && change.given.length + change.ended.length === 0;
  return nothing ? 'Nothing of the body would change.' : null;
}

/** What a proposal still lacks; null when the server may be asked. */
export function draftFault(
  draft: Draft,
  bodies: BodyView[],
  inForce: { version: string; text: string },
): string | null {
  if (!draft.title.trim()) return 'It needs a title.';
  if (!draft.reason.trim()) return 'It needs a reason.';
  if (draft.kind === 'policy' && draft.text === inForce.text) return 'Nothing of the policies would change.';
  if (draft.kind === 'rollback' && !draft.version) return 'Choose the version to go back to.';
  if (draft.kind === 'rollback' && draft.version === inForce.version) return 'That version is in force.';
  return draft.kind === 'charter' ? changeFault(draft.change, bodies) : null;
}
