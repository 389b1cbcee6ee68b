import type { Place } from '@/api/types';

/** To what somebody or something belongs, by codes. */
export interface Belonging {
  groups: string[];
  service_lines: string[];
  facilities: string[];
}

export const NOWHERE: Belonging = { groups: [], service_lines: [], facilities: [] };

/** To what it belongs, of what the server tells of it. */
export const belongingOf = ({ groups, service_lines, facilities }: Partial<Belonging>): Belonging => ({
  groups: groups ?? [],
  service_lines: service_lines ?? [],
  facilities: facilities ?? [],
});

/** What a place is called; one that is not in the registry by its code. */
export const placeName = (places: Place[] | undefined, code: string): string =>
  places?.find((place) => place.code === code)?.name ?? code;

/** Names of places in a line, as the reader's language sorts them; what none stands for is said. */
export function placeWords(places: Place[] | undefined, codes: string[] | undefined, none: string): string {
  const names = (codes ?? []).map((code) => placeName(places, code)).sort((a, b) => a.localeCompare(b));
  return names.length > 0 ? names.join(', ') : none;
}

/** What a field offers: the registry, and codes that are chosen already and not in it. */
export function placeChoices(
  places: Place[] | undefined,
  chosen: string[],
): { value: string; label: string }[] {
  const known = (places ?? []).map(({ code, name }) => ({ value: code, label: name }));
  const unknown = chosen.filter((code) => !known.some(({ value }) => value === code));
  return [...known, ...unknown.map((code) => ({ value: code, label: code }))];
}
