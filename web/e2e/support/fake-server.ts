import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dicomweb } from './fake-dicomweb';
import { STUDIES } from './hospital';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};
/** What our own server sends: nothing from elsewhere, no inline script. */
export const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' blob: data:; media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

export interface Fake {
  url: string;
  /** Set to show an archive in which nothing has arrived yet. */
  empty: boolean;
  /** Set to answer searches with an error. */
  broken: boolean;
  /** Number of clients that listen to the feed. */
  listeners: Set<ServerResponse>;
  close: () => Promise<void>;
}

const SESSION = {
  name: 'ada',
  display_name: 'Ada Lovelace',
  roles: ['radiologist'],
  actions: ['search', 'read', 'store', 'reject', 'subscribe'],
};

export const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function search(fake: Fake, query: URLSearchParams): unknown {
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const modalities = query.getAll('modality');
  const day = (iso: string | null): string => (iso ?? '').replaceAll('-', '');
  const found = (fake.empty ? [] : STUDIES).filter((row) => {
    const haystack = `${row.patient_name} ${row.patient_id} ${row.accession}`.toLowerCase().split(/[\s^=]+/);
    return (
      words.every((word) => haystack.some((part) => part.startsWith(word))) &&
      (modalities.length === 0 || modalities.some((code) => row.modalities.includes(code))) &&
      (!query.get('from') || (row.study_date ?? '') >= day(query.get('from'))) &&
      (!query.get('to') || (row.study_date ?? '') <= day(query.get('to'))) &&
      (!query.get('institution') || row.institution === query.get('institution'))
    );
  });
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit') ?? 50);
  return {
    rows: found.slice(start, end),
    next: end < found.length ? String(end) : null,
    total: { count: found.length, exact: true },
  };
}

function file(response: ServerResponse, path: string): void {
  const target = join(DIST, normalize(path === '/' ? '/index.html' : path));
  if (!target.startsWith(DIST) || !existsSync(target) || !statSync(target).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': TYPES[extname(target)] ?? 'application/octet-stream',
    'Content-Security-Policy': POLICY,
  });
  createReadStream(target).pipe(response);
}

async function session(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const cookie = { 'Set-Cookie': 'sixfold=1; HttpOnly; SameSite=Strict; Path=/' };
  if (request.method === 'GET') {
    const known = request.headers.cookie?.includes('sixfold=1');
    json(response, known ? 200 : 401, known ? SESSION : { title: 'Not signed in' });
    return;
  }
  if (request.headers['x-sixfold-request'] !== '1') {
    json(response, 403, { title: 'Not from our page' });
    return;
  }
  const body = JSON.parse((await bodyOf(request)).toString() || '{}') as Record<string, string>;
  const right = path.endsWith('/link')
    ? body['secret'] === 'open-sesame'
    : body['password'] === 'correct horse battery';
  if (request.method === 'DELETE')
    response.writeHead(204, { 'Set-Cookie': 'sixfold=; Max-Age=0; Path=/' }).end();
  else if (right) {
    response.writeHead(200, { ...cookie, 'Content-Type': 'application/json' }).end(JSON.stringify(SESSION));
  } else json(response, 401, { title: 'Refused' });
}

function api(fake: Fake, response: ServerResponse, url: URL): void {
  const [, , noun, key, verb] = url.pathname.split('/');
  const row = STUDIES.find(({ study_uid }) => study_uid === key);
  if (url.pathname === '/api/status') {
    const dimse = { ae: 'SIXFOLD', host: '127.0.0.1', port: 11112 };
    json(response, 200, {
      version: '0.1.0',
      instances: 0,
      studies: fake.empty ? 0 : STUDIES.length,
      bytes: 0,
      dimse,
    });
  } else if (url.pathname === '/api/studies' && fake.broken) {
    const advice = { kept: 'All images are kept.', do: 'Try again in a minute.' };
    json(response, 500, {
      title: 'The index does not answer',
      detail: 'The database did not answer in time.',
      ...advice,
    });
  } else if (url.pathname === '/api/studies') json(response, 200, search(fake, url.searchParams));
  else if (noun === 'studies' && (verb === 'restore' || row)) json(response, 200, row);
  else if (url.pathname === '/api/viewer/sources/state') json(response, 200, []);
  else if (url.pathname === '/api/viewer/studies') {
    const patient = url.searchParams.get('patient');
    const own = { key: 'own', title: 'This archive', count: 1, ms: 1 };
    const found = STUDIES.filter(({ patient_key }) => patient_key === patient);
    const lines = [
      { kind: 'source', state: 'answered', ...own },
      ...found.map((one) => ({
        ...one,
        kind: 'study',
        lead: 'own',
        locations: [{ source: 'own' }],
        conflicts: [],
        regions: [],
      })),
      { kind: 'done' },
    ];
    response
      .writeHead(200, { 'Content-Type': 'application/x-ndjson' })
      .end(lines.map((line) => JSON.stringify(line)).join('\n'));
  } else json(response, 404, { title: 'There is no such thing', do: 'Go back to the studies.' });
}

/** Answers the few endpoints the pages ask, from made-up data; serves the built application. */
export async function startFake(): Promise<Fake> {
  const fake: Fake = {
    url: '',
    empty: false,
    broken: false,
    listeners: new Set(),
    close: () => Promise.resolve(),
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://fake');
    if (url.pathname.startsWith('/api/session')) await session(request, response, url.pathname);
    else if (url.pathname === '/api/events/stream') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(':\n\n');
      fake.listeners.add(response);
    } else if (url.pathname.startsWith('/api/')) api(fake, response, url);
    else if (url.pathname.startsWith('/dicomweb/')) await dicomweb(request, response, url);
    else file(response, url.pathname);
  };
  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fake.close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => {
        closed();
      });
      server.closeAllConnections();
    });
  return fake;
}
