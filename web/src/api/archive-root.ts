import type { QueryClient } from '@tanstack/react-query';
import { standingsQuery } from './sources';
import type { Standing } from './types';

/*
 * Where studies are read: in one place, so that no page needs to know how many archives there are.
 * With other archives beside ours everything is read through the facade over all of them; without, as ever.
 */
const OWN = 'dicomweb';
const FEDERATED = 'dicomweb/federated';

let root = OWN;

/** Whether any other archive is asked. */
export const isFederated = (standings: Standing[] | undefined): boolean =>
  standings?.some(({ enabled }) => enabled) ?? false;

/** The base of DICOMweb for reading. What is stored or rejected goes to our own archive: `dicomweb`. */
export const archiveRoot = (): string => root;

/** Whether everything is read through the facade over all archives. */
export const readsEverywhere = (): boolean => root === FEDERATED;

/** Decide by how the archives stand. */
export function setArchiveRoot(standings: Standing[] | undefined): void {
  root = isFederated(standings) ? FEDERATED : OWN;
}

/** Find out before the first page is drawn; who may not ask, or gets no answer, reads our own archive. */
export async function findArchiveRoot(client: QueryClient): Promise<void> {
  setArchiveRoot(await client.ensureQueryData(standingsQuery).catch(() => undefined));
}

/** Keep to it when an administrator adds or removes an archive. */
export function followArchiveRoot(client: QueryClient): void {
  const [name] = standingsQuery.queryKey;
  client.getQueryCache().subscribe(({ type, query }) => {
    if (type === 'updated' && query.queryKey[0] === name) {
      setArchiveRoot(query.state.data as Standing[] | undefined);
    }
  });
}
