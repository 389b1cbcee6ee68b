import { along, dot, minus } from '../engine/vectors';
import type { PatientPlane, View } from '../engine/view';

/** What panes may do together. */
export interface Links {
  scroll: boolean;
  window: boolean;
  zoom: boolean;
  /** Lines where the other pictures cut this one. */
  lines: boolean;
}

export const NO_LINKS: Links = { scroll: false, window: false, zoom: false, lines: true };

export const isLinks = (value: unknown): value is Links =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(NO_LINKS).every((key) => typeof (value as Record<string, unknown>)[key] === 'boolean');

/** Where two views stood when one began to follow the other. */
export interface Start {
  leader: number;
  follower: number;
  /** Millimetres of the follower along its normal less those of the leader; null when they share no direction. */
  offset: number | null;
}

const PARALLEL = 0.9;

/** Whether both pictures lie in one space, so that a point of one is a point of the other (PS3.3 C.7.4.1). */
export function sameSpace(a: View, b: View): boolean {
  const reference = a.plane()?.frameOfReference;
  return reference !== null && reference !== undefined && reference === b.plane()?.frameOfReference;
}

/** `at` is where the leader stood: its plane and its index. */
export function startOf(at: { plane: PatientPlane | null; index: number }, follower: View): Start {
  const own = follower.plane();
  const { plane } = at;
  const parallel = plane && own && Math.abs(dot(plane.normal, own.normal)) > PARALLEL;
  return {
    leader: at.index,
    follower: follower.state.index,
    offset: parallel ? dot(minus(own.origin, plane.origin), plane.normal) : null,
  };
}

/**
 * Bring a view to where another one is: to the same place in the patient when they share a space, else as many millimetres
 * along as the other went, else as many images.
 */
export function follow(leader: View, follower: View, start: Start): void {
  const [a, b] = [leader.plane(), follower.plane()];
  if (a && b && start.offset !== null) {
    const wanted = sameSpace(leader, follower) ? 0 : start.offset;
    const now = dot(minus(b.origin, a.origin), a.normal);
    follower.showPatient(along(b.origin, a.normal, wanted - now));
    return;
  }
  if (a && b && sameSpace(leader, follower)) return; // planes that cross have no slice in common
  follower.scrollTo(start.follower + leader.state.index - start.leader);
}
