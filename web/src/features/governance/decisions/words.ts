import type {
  BodyView,
  Choice,
  Constitution,
  GoldenCase,
  Logged,
  Proposal,
  ProposalState,
  SeatClass,
  Traits,
} from '@/api/types';
import { formatDate } from '@/shared/lib/dates';

/** The classes of seats, in the order in which every page names them. */
export const SEAT_CLASSES: SeatClass[] = ['clinical', 'administrative', 'it'];

export const CLASS_WORDS: Record<SeatClass, string> = {
  clinical: 'Clinical',
  administrative: 'Administrative',
  it: 'IT',
};

export const STATE_WORDS: Record<ProposalState, string> = {
  draft: 'Draft',
  open: 'Open to vote',
  passed: 'Passed',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
  stale: 'Out of date',
};

export const KIND_WORDS: Record<Proposal['kind'], string> = {
  policy: 'Policies',
  rollback: 'Roll-back',
  charter: 'Body',
  other: 'Other',
};

export const CHOICE_WORDS: Record<Choice, string> = { yes: 'Yes', no: 'No', abstain: 'Abstain' };

export const OUTCOME_WORDS: Record<Logged['decision']['outcome'], string> = {
  passed: 'Passed',
  rejected: 'Rejected',
  founding: 'Founding decision',
};

export const MAJORITY_WORDS: Record<NonNullable<Constitution['majority']>, string> = {
  simple: 'More yes than no',
  absolute: 'Yes from more than half of the seats',
  'two-thirds': 'At least twice as many yes as no',
};

export const DOMAIN_WORDS: Record<NonNullable<Constitution['domain']>, string> = {
  policies: 'Policies',
  'clinical-content': 'Clinical content',
  technology: 'Technology',
  privacy: 'Privacy',
  analytics: 'Analytics',
  'service-line': 'Its service line',
};

const SHORT = 12;

/** The start of a version, enough to tell two apart. */
export const shortVersion = (version: string): string => version.slice(0, SHORT);

/** What a body is called; its key where there is no such body any more. */
export function bodyName(bodies: BodyView[] | undefined, key: string): string {
  return bodies?.find(({ body }) => body.key === key)?.body.constitution.name ?? key;
}

/** A day, `2026-12-31`, with its month as a word. */
export const formatDay = (day: string): string => formatDate(day.replaceAll('-', ''));

/** What a policy knows of a study, in a few words; "the house" where it was no study. */
export function traitsWords(traits: Traits | null | undefined): string {
  if (!traits) return 'the house as a whole';
  const { facility, service_line, sensitivity, restricted } = traits;
  const place = [facility, service_line].filter(Boolean).join(', ') || 'no place';
  const marks = [sensitivity === 'sensitive' && 'sensitive', restricted && 'closed'].filter(Boolean);
  return [`studies of ${place}`, ...marks].join(', ');
}

/** A question whose answer no policy may change, as a sentence. */
export function goldenWords(one: GoldenCase): string {
  const who = one.who || [one.kind, ...(one.roles.length ? [`with ${one.roles.join(', ')}`] : [])].join(' ');
  const of = [...one.groups, ...one.service_lines, ...one.facilities];
  const ties = one.relations.length ? ` (${one.relations.join(', ')})` : '';
  const answer = one.allowed ? 'may' : 'may not';
  return `${who}${of.length ? ` of ${of.join(', ')}` : ''}${ties} ${answer} ${one.action}: ${traitsWords(one.traits)}`;
}

/** A line that is longer was broken to fit a page, and goes on in the next. */
const WRAPPED = /(?<=(?:^|\n)[^\n]{80,})\n(?![\s*\-\d])/g;

/** A text without the breaks that made it fit a page, so that it fits this one; breaks of paragraphs and lists stay. */
export const unwrapped = (text: string): string => text.replace(WRAPPED, ' ');

/** "a, b and c". */
export function listWords(parts: string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
