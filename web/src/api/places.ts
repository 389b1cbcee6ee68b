import { queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import type { Place } from './types';

/** The registries of the house, as the server's paths name them. */
export type Registry = 'facilities' | 'service-lines' | 'groups';

const path = (registry: Registry, code: string): string =>
  `api/governance/${registry}/${encodeURIComponent(code)}`;

/** Every place of a registry by its code. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the inferred type carries the key
export const placesQuery = (registry: Registry) =>
  queryOptions({
    queryKey: ['places', registry],
    queryFn: ({ signal }) => getJson<Place[]>(`api/governance/${registry}`, undefined, signal),
  });

/** Make or rename one. */
export const putPlace = (registry: Registry, place: Place): Promise<Place> =>
  sendJson('PUT', path(registry, place.code), { name: place.name });

/** Refused with 409, and by whom it is named, while it is. */
export const removePlace = (registry: Registry, code: string): Promise<void> =>
  sendJson('DELETE', path(registry, code));
