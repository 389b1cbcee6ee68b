import { address } from './address';

export type LiveState = 'connecting' | 'live' | 'lost';
export interface LiveNews {
  kind: string;
  /** What it is about: for the archive's events the Study Instance UID. */
  subject: string | null;
}

/** Events of the spine this page listens for. */
const KINDS = [
  'instances.stored',
  'instances.rejected',
  'instances.restored',
  'series.stable',
  'study.stable',
];
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Milliseconds before the next try: doubling, never above half a minute. */
export function reconnectDelay(attempt: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
}

/**
 * Listen to the server's feed (Server-Sent Events) and reconnect for ever.
 *
 * The browser's own reconnecting stops at an HTTP error, so the loop is ours. Returns the stop function.
 */
export function listen(onNews: (news: LiveNews) => void, onState: (state: LiveState) => void): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;

  const connect = (): void => {
    onState(attempt === 0 ? 'connecting' : 'lost');
    source = new EventSource(address('api/events/stream'));
    source.onopen = (): void => {
      attempt = 0;
      onState('live');
    };
    source.onerror = (): void => {
      source?.close();
      onState('lost');
      timer = setTimeout(connect, reconnectDelay(attempt++));
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        onNews({ kind, subject: subjectOf(event.data as string) });
      });
    }
  };

  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

function subjectOf(data: string): string | null {
  try {
    return (JSON.parse(data) as { subject?: string }).subject ?? null;
  } catch {
    return null; // news without a readable subject still means "look again"
  }
}
