import type { GoldenCase } from '@/api/types';

/** A golden case as a person fills it in: of somebody with roles, asked for a study or for the house as a whole. */
export interface GoldenDraft {
  name: string;
  roles: string;
  action: string;
  about: 'study' | 'house';
  facility: string;
  serviceLine: string;
  relation: string;
  sensitive: boolean;
  closed: boolean;
  allowed: boolean;
}

export const NO_GOLDEN: GoldenDraft = {
  name: '',
  roles: '',
  action: 'read',
  about: 'study',
  facility: '',
  serviceLine: '',
  relation: '',
  sensitive: false,
  closed: false,
  allowed: true,
};

/** Whether a case has a name of its own and somebody in a role. */
export const goldenReady = ({ name, roles }: GoldenDraft, others: string[]): boolean =>
  name.trim() !== '' && !others.includes(name.trim()) && roles.trim() !== '';

/** The case as the server keeps it. */
export function goldenOf(draft: GoldenDraft): GoldenCase {
  const { facility, serviceLine, sensitive, closed, relation, action } = draft;
  const traits = {
    facility: facility.trim(),
    service_line: serviceLine.trim(),
    sensitivity: sensitive ? 'sensitive' : 'normal',
    restricted: closed,
  };
  return {
    name: draft.name.trim(),
    action,
    allowed: draft.allowed,
    kind: 'person',
    who: '',
    roles: draft.roles.split(/[\s,]+/).filter(Boolean),
    groups: [],
    service_lines: [],
    facilities: [],
    traits: draft.about === 'study' ? traits : null,
    relations: relation ? [relation] : [],
    purpose: 'TREAT',
  };
}
