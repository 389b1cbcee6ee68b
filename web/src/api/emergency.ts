import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import type { EmergencyAccess } from './types';

/** Other processes of the server believe what they knew for five seconds. */
const BELIEVED_MS = 5_500;
const MINUTE_MS = 60_000;

/** One's own emergency accesses, the newest first. */
export const ownEmergenciesQuery = queryOptions({
  queryKey: ['emergency', 'own'],
  queryFn: ({ signal }) => getJson<EmergencyAccess[]>('api/emergency-access', undefined, signal),
  refetchInterval: MINUTE_MS,
});

/** Everybody's emergency accesses, for their review. */
export const emergenciesQuery = queryOptions({
  queryKey: ['emergency', 'all'],
  queryFn: ({ signal }) => getJson<EmergencyAccess[]>('api/governance/emergency-access', undefined, signal),
});

/** Open a patient's record to oneself for four hours. */
export const breakGlass = (patientKey: string, reason: string): Promise<EmergencyAccess> =>
  sendJson('POST', 'api/emergency-access', { patient_key: patientKey, reason });

/** End one's own emergency access before its time. */
export const giveBack = (key: string): Promise<void> =>
  sendJson('DELETE', `api/emergency-access/${encodeURIComponent(key)}`);

export interface Judgement {
  key: string;
  justified: boolean;
  comment: string;
}

/** Say once and for all whether an emergency access was justified. */
export const review = ({ key, justified, comment }: Judgement): Promise<EmergencyAccess> =>
  sendJson('POST', `api/governance/emergency-access/${encodeURIComponent(key)}/review`, {
    justified,
    comment,
  });

/** Ask for everything again: at once, and when every process of the server knows of the change. */
export async function lookAgain(client: QueryClient): Promise<void> {
  setTimeout(() => void client.invalidateQueries(), BELIEVED_MS);
  await client.invalidateQueries();
}

/** Those that are in force at a moment in milliseconds. */
export const inForce = (accesses: EmergencyAccess[], now: number): EmergencyAccess[] =>
  accesses.filter(({ until }) => new Date(until).getTime() > now);

/** True when nobody has reviewed it and its time for that is over. */
export const isOverdue = (access: EmergencyAccess, now: number): boolean =>
  !access.reviewed_at && new Date(access.review_due).getTime() < now;

/** What waits for review first, the most urgent of it foremost; then what is reviewed, the newest first. */
export function byUrgency(accesses: EmergencyAccess[]): EmergencyAccess[] {
  const waiting = accesses.filter(({ reviewed_at }) => !reviewed_at);
  const reviewed = accesses.filter(({ reviewed_at }) => reviewed_at);
  waiting.sort((one, other) => one.review_due.localeCompare(other.review_due));
  reviewed.sort((one, other) => (other.reviewed_at ?? '').localeCompare(one.reviewed_at ?? ''));
  return [...waiting, ...reviewed];
}
