import { useQueries, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { ApiError } from '@/api/client';
import { everywhereQuery, type Everywhere } from '@/api/everywhere';
import { enterprisePatientQuery } from '@/api/identity';
import type { Asked, EnterprisePatient, EverywhereRow } from '@/api/types';
import { together } from '../timeline';

/** Everything of a patient over all archives, as it comes. */
export interface PatientRecords {
  /** Null where nobody knows more than the one record. */
  person: EnterprisePatient | null;
  /** Why it could not be asked whether other records are of this person. */
  unsure: Error | null;
  rows: EverywhereRow[];
  archives: Asked[];
  /** Nothing follows. */
  done: boolean;
  error: Error | null;
  onRetry: () => void;
}

const NOTHING_THERE = new ApiError(404, {
  title: 'There is no such patient here',
  detail: 'No archive that answers has a study of this patient.',
  do: 'Go back to the studies.',
});

const isAbsent = (error: Error): boolean => error instanceof ApiError && error.status === 404;

/** What the page shows: the first keys of queries. */
const SHOWN = new Set<unknown>(['identity', 'everywhere']);

type Found = Pick<PatientRecords, 'rows' | 'archives' | 'done' | 'error'>;

/** One answer of the searches for each record. */
function joined(answers: UseQueryResult<Everywhere>[]): Found {
  const seen = answers.map(({ data }) => data);
  const rows = new Map(seen.flatMap((one) => one?.rows ?? []).map((row) => [row.study_uid, row]));
  return {
    rows: [...rows.values()],
    archives: together(seen.map((one) => one?.archives ?? [])),
    done: seen.every((one) => one?.done),
    error: answers.find(({ error }) => error)?.error ?? null,
  };
}

/** The studies of every record that is said to be of this person; of others that may be, none. */
export function usePatient(key: string): PatientRecords {
  const client = useQueryClient();
  const person = useQuery({ ...enterprisePatientQuery(key), retry: false });
  const members = person.data?.members.map(({ patient_key }) => patient_key) ?? [];
  const keys = [...new Set([key, ...members])];
  const found = useQueries({
    queries: keys.map((patient) => ({ ...everywhereQuery({ patient }), placeholderData: undefined })),
    combine: joined,
  });
  const done = found.done && !person.isPending;
  return {
    person: person.data ?? null,
    unsure: person.error && !isAbsent(person.error) ? person.error : null,
    ...found,
    done,
    error: found.error ?? (done && found.rows.length === 0 ? NOTHING_THERE : null),
    onRetry: () => void client.refetchQueries({ predicate: ({ queryKey: [name] }) => SHOWN.has(name) }),
  };
}
