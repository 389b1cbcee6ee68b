import { expect, it } from 'vitest';
import type { BodyView, ProposalView } from '@/api/types';
import { bodiesFor, constitutionFault, isFounding, keyFault, keyOf, NEW_BODY, nobodySeated } from './bodies';
import { briefOf, changeOf, draftFault, draftOf, newDraft } from './brief';
import { readProposals, readStart } from './search';

const STEERING: BodyView = {
  body: {
    key: 'steering',
    revision: 2,
    constitution: { ...NEW_BODY, name: 'Steering body', charter: 'It decides.' },
  },
  seats: [],
  chair: '',
  unable: '0 of 1 clinical seats are held',
};
const PRIVACY: BodyView = {
  ...STEERING,
  body: {
    ...STEERING.body,
    key: 'privacy',
    constitution: { ...STEERING.body.constitution, domain: 'privacy' },
  },
  unable: '',
};
const BODIES = [PRIVACY, STEERING];
const IN_FORCE = { version: 'v1', text: 'permit (principal, action, resource);' };
const DRAFT = { ...newDraft(BODIES, IN_FORCE.text, {}), title: 'More', reason: 'Because' };

it('begins a proposal from what is in force, or from what the address says', () => {
  expect(DRAFT).toMatchObject({ kind: 'policy', body: 'steering', text: IN_FORCE.text });
  expect(newDraft(BODIES, '', { kind: 'rollback', version: 'v0' })).toMatchObject({
    kind: 'rollback',
    version: 'v0',
  });
  expect(newDraft(BODIES, '', { kind: 'charter' }).change.target).toBe('');
  expect(newDraft(BODIES, '', { kind: 'charter', body: 'privacy' }).change.constitution.domain).toBe(
    'privacy',
  );
  expect(readStart({ kind: 'charter', body: 'privacy', version: 7 })).toEqual({
    kind: 'charter',
    body: 'privacy',
  });
  expect(readStart({ kind: 'nonsense' })).toEqual({});
  expect(readProposals({ state: 'open' })).toEqual({ state: 'open' });
  expect(readProposals({ state: 'shut' })).toEqual({});
});

it('says what a proposal lacks', () => {
  const fault = (part: object): string | null => draftFault({ ...DRAFT, ...part }, BODIES, IN_FORCE);
  expect(fault({ title: ' ' })).toMatch(/title/);
  expect(fault({ reason: '' })).toMatch(/reason/);
  expect(fault({})).toMatch(/Nothing of the policies/);
  expect(fault({ text: '// other' })).toBeNull();
  expect(fault({ kind: 'rollback' })).toMatch(/Choose/);
  expect(fault({ kind: 'rollback', version: 'v1' })).toMatch(/in force/);
  expect(fault({ kind: 'rollback', version: 'v0' })).toBeNull();
  expect(fault({ kind: 'charter' })).toMatch(/Nothing of the body/);
  expect(fault({ kind: 'charter', change: { ...DRAFT.change, ended: ['seat'] } })).toBeNull();
  expect(fault({ kind: 'charter', change: { ...DRAFT.change, target: '', constitution: NEW_BODY } })).toMatch(
    /name/,
  );
  expect(fault({ kind: 'charter', change: { ...DRAFT.change, target: '' } })).toBeNull();
  expect(fault({ kind: 'other' })).toBeNull();
});

it('sends of a body only what becomes another', () => {
  const change = {
    ...DRAFT.change,
    given: [{ account: ' Ada ', seat_class: 'it' as const, role: 'member' as const }],
  };
  expect(changeOf(change, BODIES)).toMatchObject({
    body: 'steering',
    constitution: null,
    given: [{ account: 'ada' }],
  });
  const renamed = { ...DRAFT.change, constitution: { ...DRAFT.change.constitution, name: 'Board' } };
  expect(changeOf(renamed, BODIES)).toMatchObject({ body: 'steering', constitution: { name: 'Board' } });
  expect(changeOf({ ...renamed, target: '' }, BODIES).body).toBe('board');
  expect(briefOf(DRAFT, BODIES).change).toBeNull();
  expect(briefOf({ ...DRAFT, kind: 'other' }, BODIES)).toMatchObject({ text: '', version: '', change: null });
});

it('draws a proposal up anew without the days that are over', () => {
  const proposal = {
    ...briefOf(DRAFT, BODIES),
    body: 'steering',
    review_by: '2026-01-01',
    version: 'v2',
    change: null,
  };
  const view = (closes_at: string): ProposalView =>
    ({ proposal: { ...proposal, closes_at }, text: '// other' }) as unknown as ProposalView;
  const drawn = draftOf(view('2026-12-31T23:59:59.999Z'), BODIES, '2026-11-24');
  expect(drawn).toMatchObject({ text: '// other', reviewBy: '', closesOn: '2026-12-31' });
  expect(draftOf(view('2026-12-31T10:00:00.000Z'), BODIES, '2026-11-24').closesOn).toBe('');
});

it('knows which bodies decide on what, and whether the house is being founded', () => {
  const keys = (...what: [string, string?]): string[] =>
    bodiesFor(BODIES, ...what).map(({ body }) => body.key);
  expect(keys('policy')).toEqual(['steering']);
  expect(keys('charter', 'privacy')).toEqual(['privacy', 'steering']);
  expect(keys('charter')).toEqual(['steering']);
  expect(keys('other')).toEqual(['privacy', 'steering']);
  expect(isFounding(BODIES)).toBe(true);
  expect(isFounding([{ ...STEERING, unable: '' }])).toBe(false);
  expect(nobodySeated(BODIES)).toBe(true);
});

it('makes a key of a name, and says when it cannot be', () => {
  expect(keyOf(' Bildgebung für Brust & Herz ')).toBe('bildgebung-fur-brust-herz');
  expect(keyFault(keyOf('委員会'), BODIES)).toMatch(/Latin/);
  expect(keyFault('steering', BODIES)).toMatch(/already/);
  expect(keyFault('board', BODIES)).toBeNull();
  const none = { clinical: 0, administrative: 0, it: 0 };
  expect(constitutionFault({ ...STEERING.body.constitution, quorum: none })).toMatch(/seat/);
});
