import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { listen, type LiveState } from '@/api/live';
import { sessionQuery } from '@/api/session';

/** News is gathered for so long before lists are asked again: a busy modality sends hundreds a second. */
const GATHER_MS = 2_000;

/**
 * Keep what is on screen fresh by the server's feed; gives the state of that feed.
 *
 * Who may not follow the feed does not ask for it: each try would be refused, and stand in the audit. There is no state then.
 */
export function useLiveRefresh(allowed: boolean): LiveState | null {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    if (!allowed) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer = undefined;
      for (const queryKey of [
        ['studies'],
        ['study'],
        ['series'],
        ['status'],
        ['scorecards'],
        ['everywhere'],
      ]) {
        void client.invalidateQueries({ queryKey });
      }
    };
    const stop = listen(
      () => {
        timer ??= setTimeout(refresh, GATHER_MS);
      },
      (next) => {
        setState((old) => {
          if (next === 'live' && old === 'lost') timer ??= setTimeout(refresh, 0); // news was missed meanwhile
          // Perhaps it was taken from this person, and trying again would be in vain.
          if (next === 'lost' && old !== 'lost') void client.invalidateQueries(sessionQuery);
          return next;
        });
      },
    );
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client, allowed]);
  return allowed ? state : null;
}
