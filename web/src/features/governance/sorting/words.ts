import type { Facts, Place, SortingRule } from '@/api/types';
import { placeName } from '../fields/places';

/** The facts of a study that rules look at, and where they stand. */
export const FACTS: { name: keyof Facts; label: string; hint: string }[] = [
  { name: 'modalities', label: 'Modality', hint: 'CT, MR' },
  { name: 'institution', label: 'Institution', hint: '(0008,0080)' },
  { name: 'department', label: 'Department', hint: '(0008,1040)' },
  { name: 'station_ae', label: 'Station AE', hint: '(0008,0055)' },
  { name: 'calling_ae', label: 'Calling AE', hint: 'who sends it' },
  { name: 'description', label: 'Study description', hint: '(0008,1030)' },
  { name: 'body_part', label: 'Body part', hint: '(0018,0015)' },
  { name: 'confidentiality', label: 'Confidentiality', hint: '(0040,3001)' },
];

export const SENSITIVITY_WORDS: Record<string, string> = { normal: 'Normal', sensitive: 'Sensitive' };

export interface PlaceLists {
  lines: Place[] | undefined;
  facilities: Place[] | undefined;
}

/** For which studies a rule holds: each condition as "Modality: CT or MR", all of which must hold. */
export function conditionWords({ conditions }: SortingRule): string[] {
  return Object.entries(conditions ?? {}).map(([name, patterns]) => {
    const label = FACTS.find((fact) => fact.name === name)?.label ?? name;
    return `${label}: ${patterns.join(' or ')}`;
  });
}

/** What a rule gives to a study. */
export function givesWords(rule: SortingRule, { lines, facilities }: PlaceLists): string[] {
  return [
    rule.facility && placeName(facilities, rule.facility),
    rule.service_line && placeName(lines, rule.service_line),
    rule.sensitivity && (SENSITIVITY_WORDS[rule.sensitivity] ?? rule.sensitivity),
  ].filter((words): words is string => Boolean(words));
}

/** Patterns or values as typed, one after another between commas. */
export const splitAtCommas = (typed: string): string[] =>
  typed
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
