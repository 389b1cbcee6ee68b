import { useEffect } from 'react';
import { readsEverywhere } from '@/api/archive-root';
import { bringPriorsAhead } from '@/api/priors';

/** First the study itself: its own images need the line. */
const AFTER_MS = 3_000;

/** While a study is read, its relevant priors come from other archives; who leaves lets them be. */
export function usePriorsAhead(uid: string | undefined): void {
  useEffect(() => {
    if (uid === undefined || !readsEverywhere()) return undefined;
    const leaving = new AbortController();
    const timer = window.setTimeout(() => {
      // What does not come now comes when it is opened, and says then what is wrong.
      bringPriorsAhead(uid, leaving.signal).catch(() => undefined);
    }, AFTER_MS);
    return () => {
      window.clearTimeout(timer);
      leaving.abort();
    };
  }, [uid]);
}
