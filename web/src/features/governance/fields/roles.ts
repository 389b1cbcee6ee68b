import type { Role } from '@/api/types';

/** What each action allows to, as the end of "may …". */
const ACTIONS: Record<string, string> = {
  echo: 'verify the DICOM connection',
  search: 'find studies',
  read: 'see images',
  store: 'send images in',
  annotate: 'measure and mark images',
  reject: 'hide images',
  subscribe: 'follow what arrives',
  audit: 'read the audit',
  administer: 'administer the house',
  relate: 'say who cares for whom',
  restrict: 'close and open records',
  'break-glass': 'take emergency access',
  review: 'review emergency access',
  govern: 'take part in decisions',
  measure: 'see the scorecards',
  identify: 'say which records are of one person',
};

/** An action in words; one that this page does not know yet by its name. */
export const actionWords = (action: string): string => ACTIONS[action] ?? action;

/** The actions of some roles together, each once, in the order in which the roles name them. */
export const actionsOf = (roles: Role[], chosen: string[]): string[] => [
  ...new Set(roles.filter(({ name }) => chosen.includes(name)).flatMap(({ actions }) => actions)),
];

/** "May find studies, see images." of some roles together. */
export function mayWords(roles: Role[], chosen: string[]): string {
  const words = actionsOf(roles, chosen).map(actionWords);
  if (words.length === 0) return chosen.length > 0 ? 'May do nothing by the policies in force.' : '';
  return `May ${words.join(', ')}.`;
}

/** A text with a capital letter first. */
export const sentenceOf = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A code as a title: "privacy-officer" is "Privacy officer". */
export const titleOf = (code: string): string => sentenceOf(code.replaceAll('-', ' '));
