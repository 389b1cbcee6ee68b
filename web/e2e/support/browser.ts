import axe from 'axe-core';
import { mkdirSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

const SOFTWARE_WEBGL = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** Debian's Chromium without any traffic of its own; `webgl` in software, which makes everything slow, only for who needs it. */
export function launch({ webgl = false } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['SIXFOLD_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      ...(webgl ? SOFTWARE_WEBGL : ['--disable-gpu']),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--no-default-browser-check',
    ],
  });
}

export interface Watched {
  page: Page;
  /** Errors of the console and the page, and requests that left our origin. */
  trouble: string[];
}

/** A page that notes everything that should not happen. */
export async function open(
  browser: Browser,
  url: string,
  viewport = DESKTOP,
  { origin = new URL(url).origin, installable = false } = {},
): Promise<Watched> {
  const phone = viewport.width < 600;
  const context = await browser.newContext({
    viewport,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    isMobile: phone,
    hasTouch: phone,
    // What goes through a service worker can be neither seen nor answered by a test.
    serviceWorkers: installable ? 'allow' : 'block',
  });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('console', (message) => {
    const expected = message.text().includes('status of 40') || message.text().includes('status of 500');
    if (message.type() === 'error' && !expected) trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(String(error.stack ?? error)));
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(origin) && !/^(data|blob|about|chrome|chrome-extension):/.test(address))
      trouble.push(`left our origin: ${address}`);
  });
  await page.goto(url);
  return { page, trouble };
}

export async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('grid').waitFor();
}

/** Wait until the browser's own viewer has laid out the PDF in the frame of the page. */
export async function embeddedPdf(page: Page): Promise<void> {
  await page.locator('iframe').waitFor();
  await expect
    .poll(
      async () => {
        const frames = page.frames().map((frame) => frame.locator('embed[type*=pdf]').count());
        return (await Promise.all(frames)).some((count) => count > 0);
      },
      { timeout: 20_000 },
    )
    .toBe(true);
}

/** Rules of WCAG 2.2 A and AA that the page breaks, each with the first place. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    }),
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}

/** What a finger could miss: controls on screen with a side below 44 pixels (WCAG 2.5.5), and a page wider than the screen. */
export function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = [...document.querySelectorAll('button, a[href], input:not([type=file]), [role=row]')];
    const small = controls.flatMap((control) => {
      const box = (control instanceof HTMLInputElement && control.parentElement) || control; // a field's frame takes taps
      const { width, height, top, bottom } = box.getBoundingClientRect();
      const hidden = width <= 1 || bottom < 0 || top > innerHeight || !control.checkVisibility();
      if (hidden || (width >= 44 && height >= 44)) return [];
      const name = control.getAttribute('aria-label') ?? control.textContent;
      return [`${name.slice(0, 40)}: ${Math.round(width)} x ${Math.round(height)}`];
    });
    const over = document.documentElement.scrollWidth - innerWidth;
    return over > 0 ? [...small, `the page is ${over} pixels too wide`] : small;
  });
}

/** Keep a picture when SIXFOLD_SHOTS names a folder. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SIXFOLD_SHOTS'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}

/** Nothing is there for axe to find; and a picture is kept. */
export async function sound(page: Page, name: string): Promise<void> {
  expect(await faults(page), name).toEqual([]);
  await shot(page, name);
}
