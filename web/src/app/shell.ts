import { useSyncExternalStore } from 'react';

/*
 * The application's own files are kept by a service worker (`shell/sw.js`); nothing of a patient ever is. A newer version waits
 * until somebody says so, since a page may hold what was not saved.
 */
let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();
const available = (): ServiceWorkerContainer | null =>
  // undefined where the page did not come by https
  (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker ?? null;

function offer(worker: ServiceWorker | null): void {
  waiting = worker;
  for (const listener of listeners) listener();
}

function watch(registration: ServiceWorkerRegistration): void {
  if (registration.waiting) offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const found = registration.installing;
    found?.addEventListener('statechange', () => {
      // The first one ever is no update.
      if (found.state === 'installed' && available()?.controller) offer(found);
    });
  });
}

/** Keep the shell, once the page has what it needs. */
export function keepShell(): void {
  const container = available();
  if (!container || !import.meta.env.PROD) return;
  const start = (): void => {
    container
      .register(new URL('sw.js', document.baseURI))
      .then(watch)
      .catch(() => undefined); // a browser that keeps nothing is none the worse
  };
  if (document.readyState === 'complete') start();
  else window.addEventListener('load', start, { once: true });
}

/** Forget everything that is kept of the application on this device. */
export async function forgetShell(): Promise<void> {
  try {
    const registrations = (await available()?.getRegistrations()) ?? [];
    await Promise.all(registrations.map((registration) => registration.unregister()));
    const names = 'caches' in window ? await caches.keys() : [];
    await Promise.all(names.filter((name) => name.startsWith('sixfold-')).map((name) => caches.delete(name)));
  } catch {
    // Storage that cannot be reached holds nothing that could be forgotten.
  }
}

/** Begin anew with the version that waits. */
export function takeNewVersion(): void {
  available()?.addEventListener('controllerchange', () => {
    window.location.reload();
  });
  waiting?.postMessage('take over');
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Whether a newer version waits. */
export const useNewVersion = (): boolean => useSyncExternalStore(subscribe, () => waiting !== null);
