import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { Asked, EverywhereRow, StudyFilter } from './types';

/** Studies taken of each archive; of one patient as many as there are, within reason. */
const MOST_ROWS = 500;
const MOST_OF_PATIENT = 1_000;
/** So often what came is shown, while more comes. */
const SHOW_MS = 100;
const STALE_MS = 20_000;

/** What every archive told so far. */
export interface Everywhere {
  rows: EverywhereRow[];
  archives: Asked[];
  /** Nothing follows. */
  done: boolean;
}

/** What narrows the list over all archives; a study or an accession number is looked for alone, and exactly. */
export type EverywhereFilter = StudyFilter & { study?: string; accession?: string };

type Line =
  | ({ kind: 'source' } & Asked)
  | ({ kind: 'study' } & Record<string, unknown>)
  | { kind: 'gone'; study_uid: string }
  | { kind: 'done' };

const NOTHING: Everywhere = { rows: [], archives: [], done: false };

/** The server says "absent" with an empty text; here it is null. Counts that an archive does not tell are 0. */
function rowOf(line: Record<string, unknown>): EverywhereRow {
  const entries = Object.entries(line).map(([name, value]) => [name, value === '' ? null : value]);
  const row = Object.fromEntries(entries) as Partial<EverywhereRow>;
  return {
    received_at: null,
    regions: [],
    ...row,
    patient_key: String(line['patient_key'] ?? ''),
    lead: String(line['lead'] ?? ''),
    series: row.series ?? 0,
    instances: row.instances ?? 0,
  } as EverywhereRow;
}

const moment = (row: EverywhereRow): string => `${row.study_date ?? ''}${row.study_time ?? ''}`;
const newestFirst = (a: EverywhereRow, b: EverywhereRow): number => {
  const [left, right] = [moment(a), moment(b)];
  if (left !== right) return left < right ? 1 : -1;
  return a.study_uid < b.study_uid ? -1 : 1;
};

/** Joins the lines of an answer as they come: a later line of the same study or archive replaces the earlier one. */
export class Gathered {
  private readonly rows = new Map<string, EverywhereRow>();
  private readonly archives = new Map<string, Asked>();
  private done = false;

  take(line: Line): void {
    if (line.kind === 'source') {
      this.archives.set(line.key, line);
    } else if (line.kind === 'study') {
      const row = rowOf(line);
      this.rows.set(row.study_uid, row);
    } else if (line.kind === 'gone') this.rows.delete(line.study_uid);
    else this.done = true;
  }

  /** Whether any archive has answered, or failed to. */
  get heard(): boolean {
    return [...this.archives.values()].some(({ state }) => state !== 'asked');
  }

  /** All that came, the newest study first. */
  seen(): Everywhere {
    const rows = [...this.rows.values()].sort(newestFirst);
    return { rows, archives: [...this.archives.values()], done: this.done };
  }
}

/** Lines of a text that comes in pieces, wherever the pieces are cut. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line) yield line;
  }
  if (rest) yield rest;
}

async function* textOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      yield decoder.decode(piece.value, { stream: true });
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/** The query string of a search over all archives; absent parts are left out. */
export function everywhereSearch(filter: EverywhereFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one) query.append(name, String(one));
  }
  query.set('limit', String(filter.patient ? MOST_OF_PATIENT : MOST_ROWS));
  return query;
}

/** Ask every archive; `onSeen` hears what came so far, a few times a second. */
export async function askEverywhere(
  filter: EverywhereFilter,
  signal: AbortSignal,
  onSeen: (seen: Everywhere) => void = () => undefined,
): Promise<Everywhere> {
  const init = { headers: { Accept: 'application/x-ndjson' }, signal };
  const { body } = await request('api/viewer/studies', init, everywhereSearch(filter));
  if (!body) return { ...NOTHING, done: true };
  const gathered = new Gathered();
  let shown = 0;
  for await (const line of linesOf(textOf(body))) {
    gathered.take(JSON.parse(line) as Line);
    const now = performance.now();
    if (gathered.heard && now - shown >= SHOW_MS) {
      shown = now;
      onSeen(gathered.seen());
    }
  }
  return gathered.seen();
}

/**
 * Studies of every archive, as they come.
 *
 * Asked again, the rows of the last time stay until all have answered, so that nothing jumps.
 */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const everywhereQuery = (filter: EverywhereFilter) =>
  queryOptions({
    queryKey: ['everywhere', filter],
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
    queryFn: async ({ client, queryKey, signal }): Promise<Everywhere> => {
      const again = client.getQueryData(queryKey) !== undefined;
      return askEverywhere(filter, signal, (seen) => {
        if (!again) client.setQueryData(queryKey, seen);
      });
    },
  });
