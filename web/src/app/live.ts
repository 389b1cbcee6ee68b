import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { listen, type LiveState } from '@/api/live';

/** News is gathered for so long before lists are asked again: a busy modality sends hundreds a second. */
const GATHER_MS = 2_000;

/** Keep what is on screen fresh by the server's feed; gives the state of that feed. */
export function useLiveRefresh(): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer = undefined;
      for (const queryKey of [['studies'], ['patient'], ['study'], ['series'], ['status'], ['scorecards']]) {
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
          return next;
        });
      },
    );
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client]);
  return state;
}
