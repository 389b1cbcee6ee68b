/*
 * Keeps the application's own files, and the page that says that there is no connection. Nothing else is ever answered or kept
 * here: what is asked of the server about patients does not pass through, for only what is named below is touched.
 */
const CACHE = 'sixfold-shell-__VERSION__';
const OFFLINE = './offline.html';
const BESIDE = [OFFLINE, './mark.svg', './icon-192.png'];

const within = (url) => new URL(url).pathname.slice(new URL(self.registration.scope).pathname.length);
const isAsset = (request) => /^assets\/[0-9A-Za-z_.-]+$/.test(within(request.url));

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(BESIDE)));
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    for (const name of await caches.keys())
      if (name.startsWith('sixfold-') && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

/** Assets carry a digest in their name: what was kept is what would come. */
async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const copy = answer.clone();
    await caches
      .open(CACHE)
      .then((cache) => cache.put(request, copy))
      .catch(() => undefined);
  }
  return answer;
}

/** The page itself always comes from the server; without one, the page that says so. */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === 'navigate' && within(request.url) === '') event.respondWith(page(request));
  else if (isAsset(request)) event.respondWith(asset(request));
});

self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting();
});
