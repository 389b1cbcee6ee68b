import type { QueryClient } from '@tanstack/react-query';
import { setArchiveRoot } from '@/api/archive-root';
import { standingsQuery } from '@/api/sources';
import type { Standing } from '@/api/types';

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
