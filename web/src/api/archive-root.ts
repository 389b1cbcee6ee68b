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
