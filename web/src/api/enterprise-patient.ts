import { queryOptions } from '@tanstack/react-query';
import { ApiError, getJson } from './client';

/** One patient of one issuer, as an archive knows them. */
export interface PatientRecord {
  patient_key: string;
  patient_id: string;
  issuer: string;
  name: string;
  birth_date: string;
  sex: string;
  /** How many studies of it may be seen, by archive. */
  studies: Record<string, number>;
}

/** Why two records are of one person, or may be. */
export interface PatientLink {
  pair: string;
  one: string;
  other: string;
  reasons: { field: string; words: string }[];
  doubts: string[];
}

/** A person over all archives: records that belong together, and others that may. */
export interface EnterprisePatient {
  key: string;
  members: PatientRecord[];
  links: PatientLink[];
  possible: { record: PatientRecord; link: PatientLink }[];
}

/** The person whose record has this key; null where nobody knows more than the one record. */
async function fetchPerson(key: string, signal: AbortSignal): Promise<EnterprisePatient | null> {
  try {
    return await getJson<EnterprisePatient>(
      `api/viewer/patients/${encodeURIComponent(key)}`,
      undefined,
      signal,
    );
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const enterprisePatientQuery = (key: string) =>
  queryOptions({
    queryKey: ['person', key],
    queryFn: ({ signal }) => fetchPerson(key, signal),
    retry: false,
  });
