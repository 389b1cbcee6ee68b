import type { Action, Session } from '@/api/types';
import { may } from '@/api/session';

/** A page of governance, and the actions of which one opens it. */
export interface Section {
  to: string;
  title: string;
  actions: Action[];
}

export const SECTIONS = [
  { to: '/governance/reviews', title: 'Emergency reviews', actions: ['review'] },
  { to: '/governance/closed', title: 'Closed records', actions: ['restrict'] },
  { to: '/governance/relations', title: 'Relations', actions: ['relate'] },
  { to: '/governance/audit', title: 'Audit', actions: ['audit'] },
  { to: '/governance/policies', title: 'Policies', actions: ['govern', 'administer'] },
  { to: '/governance/decisions', title: 'Decisions', actions: ['govern'] },
] as const satisfies readonly Section[];

/** The pages of governance that a person may open. */
export function sectionsOf(session: Session | null | undefined): (typeof SECTIONS)[number][] {
  return SECTIONS.filter(({ actions }) => actions.some((action) => may(session, action)));
}
