import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { faults, open } from './browser';
import { signInAs, url } from './house';

/** A page of administration, opened by a person who may. */
export async function administration(
  browser: Browser,
  path: string,
  name: string,
): Promise<{ page: Page; trouble: string[] }> {
  const watched = await open(browser, `${url}/#/governance/${path}`);
  await signInAs(watched.page, name);
  await watched.page.getByRole('heading', { level: 1 }).waitFor();
  return watched;
}

/** Choose in a field with several values, and leave it. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  const field = page.getByRole('dialog').getByRole('combobox', { name: label });
  await field.click();
  await page.getByRole('option', { name: option, exact: true }).click();
  await field.press('Tab');
}

/** Press the button of a confirming dialog, and wait until it is gone. */
export async function confirm(page: Page, title: string | RegExp, button: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.waitFor();
  expect(await faults(page)).toEqual([]);
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}
