import type { Action, Session } from '@/api/types';
import { may } from '@/api/session';

/** A page of governance, and the actions of which one opens it. */
export interface Section {
  to: string;
  title: string;
  actions: Action[];
  /** Under which heading it stands. */
  part?: string;
}

const ADMINISTRATION = 'Administration';

export const SECTIONS = [
  { to: '/governance/reviews', title: 'Emergency reviews', actions: ['review'] },
  { to: '/governance/closed', title: 'Closed records', actions: ['restrict'] },
  { to: '/governance/relations', title: 'Relations', actions: ['relate'] },
  { to: '/governance/identity', title: 'Identity', actions: ['identify', 'govern'] },
  { to: '/governance/audit', title: 'Audit', actions: ['audit'] },
  { to: '/governance/policies', title: 'Policies', actions: ['govern'] },
  { to: '/governance/decisions', title: 'Decisions', actions: ['govern'] },
  { to: '/governance/people', title: 'People', actions: ['administer'], part: ADMINISTRATION },
  {
    to: '/governance/provider-groups',
    title: 'Provider groups',
    actions: ['administer'],
    part: ADMINISTRATION,
  },
  { to: '/governance/tokens', title: 'Tokens', actions: ['administer'], part: ADMINISTRATION },
  { to: '/governance/places', title: 'Places', actions: ['administer'], part: ADMINISTRATION },
  { to: '/governance/sorting', title: 'Sorting rules', actions: ['administer'], part: ADMINISTRATION },
  { to: '/governance/dicom', title: 'DICOM network', actions: ['administer'], part: ADMINISTRATION },
  { to: '/governance/archives', title: 'Archives', actions: ['administer'], part: ADMINISTRATION },
] as const satisfies readonly Section[];

/** The heading that stands above a page: that of its part, where the part begins. */
export const headingAt = (sections: readonly Section[], place: number): string | undefined => {
  const part = sections[place]?.part;
  return part === sections[place - 1]?.part ? undefined : part;
};

/** The pages of governance that a person may open. */
export function sectionsOf(session: Session | null | undefined): (typeof SECTIONS)[number][] {
  return SECTIONS.filter(({ actions }) => actions.some((action) => may(session, action)));
}
