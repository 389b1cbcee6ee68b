import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administration } from './support/administration';
import { faults, launch, misfits, open, PHONE, shot, sound } from './support/browser';
import { api, person, signInAs, token, url } from './support/house';

/**
 * Against a house beside another one, as `tests/acceptance/enterprise.py` makes them:
 * SIXFOLD_URL, SIXFOLD_TOKEN of the house, SIXFOLD_NORTH and SIXFOLD_NORTH_TOKEN of the other, SIXFOLD_DEAD of one that is not there.
 */
const north = process.env['SIXFOLD_NORTH'] ?? '';
const dead = process.env['SIXFOLD_DEAD'] ?? '';
const RUN = Date.now().toString(36);
const ADMIN = `admin-${RUN}`;
const READER = `reader-${RUN}`;
const uid = (number: number): string => `1.2.826.0.1.3680043.10.1475.97.${number}`;

describe.skipIf(!url || !token || !north)('one view over every archive', () => {
  let browser: Browser;
  let reader: Page;
  let trouble: string[];
  beforeAll(async () => {
    browser = await launch();
    await Promise.all([person(ADMIN, 'administrator'), person(READER, 'radiologist')]);
  });
  afterAll(() => browser.close());

  it('adds archives, tests them, and takes a removal back', async () => {
    const { page, trouble: noted } = await administration(browser, 'archives', ADMIN);
    await page.getByText('Only our own archive is searched.').waitFor();
    await add(page, 'North', north, process.env['SIXFOLD_NORTH_TOKEN']);
    await add(page, 'Gone', dead);
    await page.getByRole('button', { name: 'Test North' }).click();
    await page.getByText(/^It answers, after/).waitFor();
    await page.getByRole('button', { name: 'Test Gone' }).click();
    await page.getByText(/^It does not answer \(refused\)/).waitFor();
    expect(await page.content()).not.toContain(process.env['SIXFOLD_NORTH_TOKEN']);
    await sound(page, 'archives');
    await page.getByRole('button', { name: 'Remove Gone' }).click();
    await page.getByText('Gone is not asked any more.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Gone is back.').waitFor();
    await page.getByRole('button', { name: 'Edit Gone' }).waitFor();
    expect(noted).toEqual([]);
    await page.context().close();
  });

  it('lists the studies of every archive and names the one that is down', async () => {
    ({ page: reader, trouble } = await open(browser, `${url}/#/studies`));
    await signInAs(reader, READER);
    await reader.getByText('Gone could not be reached').waitFor();
    await reader.getByText('6+ studies', { exact: true }).waitFor();
    const both = reader.getByRole('row').filter({ hasText: 'MR Knee left' });
    await both.getByText('This archive', { exact: false }).waitFor();
    await both.getByText(/says? another birth date: 1[23] Mar 1950/).waitFor();
    await reader.getByRole('button', { name: '2 of 3 archives answered' }).click();
    await reader.getByText(/^This archive 3 studies/).waitFor();
    await sound(reader, 'everywhere');
    await reader.getByRole('button', { name: 'All archives' }).click();
    await reader.getByText('3 studies', { exact: true }).waitFor();
    await reader.getByRole('button', { name: 'All archives' }).click();
    await reader.getByText('6+ studies', { exact: true }).waitFor();
  });

  it('reads a study that only another archive holds', async () => {
    await reader.goto(`${url}/#/studies/${uid(11)}`);
    await reader.getByText('at North').waitFor();
    await sound(reader, 'remote-study');
    await reader.getByRole('link', { name: 'Open images' }).click();
    await reader.getByText('Image 2 of 3').waitFor();
    await shot(reader, 'remote-view');
    expect(trouble).toEqual([]);
  });
});

async function add(page: Page, title: string, address: string, secret?: string): Promise<void> {
  await page.getByRole('button', { name: 'Add an archive…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add an archive' });
  await dialog.getByLabel('Name', { exact: true }).fill(title);
  await dialog.getByLabel('Address').fill(address);
  await dialog.getByLabel('Issuer of its patient IDs').fill(title.toUpperCase());
  if (secret) {
    await dialog.getByRole('radio', { name: 'A token' }).check();
    await dialog.getByRole('textbox', { name: 'Token' }).fill(secret);
  }
  expect(await faults(page)).toEqual([]);
  await shot(page, `archive-${title}`);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: `Edit ${title}` }).waitFor();
}

void api;
void misfits;
void PHONE;
