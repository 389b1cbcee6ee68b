import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it, vi } from 'vitest';
import { forgetShell } from './shell';

interface Handled {
  request: { url: string; method: string; mode: string };
  respondWith: ReturnType<typeof vi.fn>;
}
type Handler = (event: Handled) => void;

/** The service worker's handler of requests, as a browser would have it below a sub-path. */
function handlerOf(): Handler {
  const handlers: Record<string, Handler> = {};
  const scope = {
    location: { origin: 'https://house.example' },
    registration: { scope: 'https://house.example/sub/' },
    addEventListener: (name: string, handler: Handler) => {
      handlers[name] = handler;
    },
  };
  const caches = { match: () => Promise.resolve(undefined), open: () => Promise.reject(new Error('full')) };
  const fetch = (): Promise<Response> => Promise.resolve(new Response('file'));
  runInNewContext(readFileSync('shell/sw.js', 'utf8'), {
    self: scope,
    URL,
    Response,
    caches,
    fetch,
    console,
  });
  return handlers['fetch'] as Handler;
}

const touched = (path: string, method = 'GET', mode = 'cors', origin = 'https://house.example'): boolean => {
  const event: Handled = { request: { url: `${origin}${path}`, method, mode }, respondWith: vi.fn() };
  handlerOf()(event);
  return event.respondWith.mock.calls.length > 0;
};

afterEach(() => {
  vi.unstubAllGlobals();
});

it('answers for the application’s own files, and for nothing else', () => {
  expect(touched('/sub/assets/index-Bx12.js')).toBe(true);
  expect(touched('/sub/', 'GET', 'navigate')).toBe(true);
  const never = [
    '/sub/api/studies?q=berg',
    '/sub/api/viewer/studies',
    '/sub/dicomweb/studies/1.2/series/1.3/thumbnail',
    '/sub/dicomweb/federated/studies/1.2/metadata',
    '/sub/wado?requestType=WADO',
    '/sub/IHEInvokeImageDisplay?requestType=PATIENT&patientID=7',
    '/sub/assets/../api/studies',
    '/sub/assets/deeper/file.js',
    '/assets/of-another-application.js',
  ];
  for (const path of never) {
    expect(touched(path), path).toBe(false);
    expect(touched(path, 'GET', 'navigate'), path).toBe(false);
  }
  expect(touched('/sub/assets/index-Bx12.js', 'POST')).toBe(false);
  expect(touched('/sub/assets/index-Bx12.js', 'GET', 'cors', 'https://other.example')).toBe(false);
});

it('forgets what is kept of it, and nothing of others', async () => {
  const gone: string[] = [];
  const keys = (): Promise<string[]> => Promise.resolve(['sixfold-shell-1', 'other']);
  const remove = (name: string): Promise<boolean> => Promise.resolve(gone.push(name) > 0);
  vi.stubGlobal('caches', { keys, delete: remove });
  const unregister = vi.fn(() => Promise.resolve(true));
  const getRegistrations = (): Promise<unknown[]> => Promise.resolve([{ unregister }]);
  vi.stubGlobal('navigator', { serviceWorker: { getRegistrations } });
  await forgetShell();
  expect(gone).toEqual(['sixfold-shell-1']);
  expect(unregister).toHaveBeenCalled();
});
