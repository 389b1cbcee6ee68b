import type { Browser, Page } from 'playwright-core';
import { DESKTOP, open, type Watched } from './browser';

/** A running server, and an administrator's token for it. */
export const url = process.env['SIXFOLD_URL'] ?? '';
export const token = process.env['SIXFOLD_TOKEN'] ?? '';
const PASSWORD = 'copper lantern otter vale';

/** The people of the tests of decisions: who founds the house, its two seats, and one whom their decision is about. */
export const [FOUNDER, CHAIR, MEMBER, PHYSICIAN] = ['root', 'clara', 'ivan', 'phil'];
export const SLOW = { timeout: 45_000 };

/** Ask the running server with the administrator's token. */
export async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}/api/${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Take back what an earlier run left: a stroke that begins on a mark takes hold of it. */
export async function cleared(study: string): Promise<void> {
  const { measurements } = await api<{ measurements: { object: string }[] }>(
    'GET',
    `viewer/studies/${study}/marks`,
  );
  for (const { object } of measurements) await api('DELETE', `viewer/studies/${study}/marks/${object}`);
}

/** Make an account in a role. */
export async function person(name: string, role: string): Promise<void> {
  const { secret } = await api<{ secret: string }>('POST', 'governance/links', { roles: [role] });
  await api('POST', 'session/link', { secret, name, display_name: name, password: PASSWORD });
}

/** Ask the running server as one of the accounts made here. */
export async function asPerson<T>(name: string, path: string, method = 'GET', body?: unknown): Promise<T> {
  const ours = { 'Content-Type': 'application/json', 'X-Sixfold-Request': '1' };
  const login = JSON.stringify({ name, password: PASSWORD });
  const session = await fetch(`${url}/api/session`, { method: 'POST', headers: ours, body: login });
  const cookie = session.headers.getSetCookie().map((one) => one.split(';')[0]);
  const response = await fetch(`${url}/api/${path}`, {
    method,
    headers: { ...ours, Cookie: cookie.join('; ') },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`${name}: ${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Sign in on the sign-in page as one of the accounts made here. */
export async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: `signed in as ${name}` }).waitFor();
}

/** A page of governance, signed in as one of the accounts made here. */
export async function enter(
  browser: Browser,
  name: string,
  path: string,
  viewport = DESKTOP,
): Promise<Watched> {
  const watched = await open(browser, `${url}/#/governance/${path}`, viewport);
  await signInAs(watched.page, name);
  await watched.page.getByRole('heading', { level: 1 }).waitFor();
  return watched;
}
