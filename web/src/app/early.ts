import type { QueryClient } from '@tanstack/react-query';
import { findArchiveRoot } from '@/api/archive-root';
import { metadataQuery, seriesQuery } from '@/api/series';
import { sessionQuery } from '@/api/session';
import { studyQuery } from '@/api/study';

const VIEW = /^#\/view\/([0-9.]{1,64})(?:\?(.*))?$/;

/** The study that an address opens in the reading room, and the series in it if it names one. */
export function opened(hash: string): { uid: string; series: string | null } | null {
  const [, uid, query] = VIEW.exec(hash) ?? [];
  if (uid === undefined) return null;
  const named = new URLSearchParams(query).get('series');
  return { uid, series: named && named.replace(/^"|"$/g, '') };
}

async function fetchAhead(client: QueryClient, uid: string, series: string | null): Promise<void> {
  if (!(await client.ensureQueryData(sessionQuery))) return;
  await findArchiveRoot(client);
  void client.prefetchQuery(studyQuery(uid));
  const all = await client.ensureQueryData(seriesQuery(uid));
  const first = series ?? all[0]?.uid;
  if (first) await client.prefetchQuery(metadataQuery(uid, first));
}

/**
 * Ask at once for what an address will need, instead of when each part of the application has found out in turn: on a slow
 * line that is a second. What fails here fails again where it is shown, with words.
 */
export function startEarly(hash: string, client: QueryClient): void {
  void client.prefetchQuery(sessionQuery);
  const open = opened(hash);
  if (!open) return;
  void import('@/features/viewer').then(({ boot }) => boot()).catch(() => undefined);
  void fetchAhead(client, open.uid, open.series).catch(() => undefined);
}
