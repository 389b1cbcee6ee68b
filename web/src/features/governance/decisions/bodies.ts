import type { BodyView, Constitution, NewSeat, SeatClass } from '@/api/types';

/** The body that every house has; it decides on the others, too. */
export const STEERING = 'steering';

/** A body that is yet to be made. */
export const NEW_BODY: Constitution = {
  name: '',
  charter: '',
  domain: 'policies',
  majority: 'simple',
  quorum: { clinical: 1, administrative: 1, it: 1 },
  golden: [],
};

export const NO_SEAT: NewSeat = { account: '', seat_class: 'clinical', role: 'member' };

/** How many of a class have to vote. */
export const neededOf = ({ quorum }: Constitution, one: SeatClass): number => quorum?.[one] ?? 1;

/** True as long as the house cannot decide for itself, so that an administrator gives seats. */
export const isFounding = (bodies: BodyView[]): boolean =>
  bodies.every(({ body, unable }) => body.key !== STEERING || unable !== '');

/** True when nobody has a seat in any body. */
export const nobodySeated = (bodies: BodyView[]): boolean => bodies.every(({ seats }) => seats.length === 0);

/** The bodies that may decide on such a proposal: on policies those of that domain, on a body itself and the steering body. */
export function bodiesFor(bodies: BodyView[], kind: string, target = ''): BodyView[] {
  if (kind === 'policy' || kind === 'rollback')
    return bodies.filter(({ body }) => (body.constitution.domain ?? 'policies') === 'policies');
  if (kind === 'charter') return bodies.filter(({ body }) => body.key === STEERING || body.key === target);
  return bodies;
}

const KEY = /[^a-z0-9]+/g;

/** A key for a new body from its name: "Breast imaging" is breast-imaging. */
export const keyOf = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(KEY, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);

/** What a body still lacks before it may be made or changed so; null when nothing. */
export function constitutionFault(one: Constitution): string | null {
  if (!one.name.trim()) return 'It needs a name.';
  if (!one.charter.trim()) return 'It needs a charter.';
  const { clinical, administrative, it } = one.quorum ?? { clinical: 1, administrative: 1, it: 1 };
  return clinical + administrative + it > 0 ? null : 'At least one seat has to vote.';
}

/** What stands against making a body of this key; null when nothing does. */
export function keyFault(key: string, bodies: BodyView[]): string | null {
  if (!key) return 'Its name needs a Latin letter or a digit.';
  return bodies.some(({ body }) => body.key === key) ? 'There is a body of that name already.' : null;
}
