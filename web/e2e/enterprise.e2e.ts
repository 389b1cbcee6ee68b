import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administration } from './support/administration';
import { DESKTOP, faults, launch, misfits, open, PHONE, shot, sound } from './support/browser';
import { person, signInAs, token, url } from './support/house';
import { slowed, type Slowed } from './support/slowed';

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
  let line: Slowed;
  beforeAll(async () => {
    browser = await launch();
    line = await slowed(north, new RegExp(`/studies/${uid(11)}/series/[0-9.]+$`));
    await Promise.all([person(ADMIN, 'administrator'), person(READER, 'radiologist')]);
  });
  afterAll(async () => {
    line.close();
    await browser.close();
  });

  it('adds archives, tests them, and takes a removal back', async () => {
    const { page, trouble: noted } = await administration(browser, 'archives', ADMIN);
    await page.getByText('Only our own archive is searched.').waitFor();
    await add(page, 'North', line.url, process.env['SIXFOLD_NORTH_TOKEN']);
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
    ({ page: reader, trouble } = await open(browser, `${url}/#/studies`, DESKTOP, { installable: true }));
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

  it('shows images of another archive while the rest of their series comes', async () => {
    await reader.goto(`${url}/#/studies/${uid(11)}`);
    await reader.getByText('at North').waitFor();
    await sound(reader, 'remote-study');
    await reader.getByRole('link', { name: 'Open images' }).click();
    await reader.getByRole('img', { name: /image 1 of 1$/ }).waitFor();
    await reader.getByText('Bringing a series from North: 1 of 3 images').waitFor();
    await reader.getByText('1 of 3 images here', { exact: true }).waitFor();
    await reader.keyboard.press('i');
    await reader.getByRole('button', { name: 'Invert', pressed: true }).waitFor();
    await sound(reader, 'remote-coming');
    line.release();
    await reader.getByText('Image 1 of 3').waitFor();
    await expect.poll(() => reader.getByText(/images here|^Bringing/).count()).toBe(0);
    await reader.getByRole('button', { name: 'Invert', pressed: true }).waitFor(); // what the reader has set stays
    await shot(reader, 'remote-view');
  });

  it('joins everything of a patient on one timeline, and compares any two', async () => {
    await reader.goto(`${url}/#/patients/${encodeURIComponent('CITY|7')}`);
    await reader.getByText('5 studies', { exact: true }).waitFor();
    await reader.getByText(/^Gone (could not be reached|failed a moment ago)/).waitFor();
    const day = reader.getByRole('region', { name: '10 Jan 2025' });
    expect(await day.getByRole('listitem').count()).toBe(2);
    await day.getByText('photos · ', { exact: false }).waitFor();
    expect(await reader.getByText('Lund').count()).toBe(0);
    await reader.getByRole('button', { name: 'Part of the body: Any part of the body' }).click();
    await reader.getByRole('menuitemcheckbox', { name: 'Chest' }).click();
    await reader.keyboard.press('Escape');
    await reader.getByText('3 of 5 studies').waitFor();
    await sound(reader, 'patient');
    await reader.keyboard.press('j');
    await reader.keyboard.press('x');
    await reader.getByText('CT Thorax, 01 Mar 2026: choose another one').waitFor();
    await reader.getByRole('checkbox', { name: 'Compare CT Chest, 01 Jun 2024' }).check();
    await sound(reader, 'patient-compare');
    await reader.keyboard.press('c');
    await reader.waitForURL(`**/view/${uid(1)}?with=*`);
    expect(decodeURIComponent(reader.url())).toContain(uid(11));
    await reader
      .getByText(/^Image \d of \d$/)
      .first()
      .waitFor();
    await reader.waitForLoadState('networkidle');
    await shot(reader, 'compared');
  });

  it('offers the studies that belong beside one, with the reasons', async () => {
    await reader.goto(`${url}/#/studies/${uid(1)}`);
    const earlier = reader.getByRole('region', { name: 'Earlier studies' });
    await earlier.getByText('same part of the body: chest · same modality: CT', { exact: false }).waitFor();
    await sound(reader, 'priors');
    await earlier.getByRole('button', { name: 'Show all 4 earlier studies' }).click();
    await earlier.getByText('another part of the body: knee', { exact: false }).waitFor();
    expect(trouble).toEqual([]);
  });

  it('opens from another system what can be nothing else, and lets people choose the rest', async () => {
    const invoke = (query: string): string => `${url}/IHEInvokeImageDisplay?requestType=${query}`;
    const opened = await open(browser, invoke('STUDY&accessionNumber=N200&issuer=CITY'));
    await signInAs(opened.page, READER); // who is not known signs in first, and gets there
    await opened.page.getByRole('heading', { name: 'Is this what you look for?' }).waitFor();
    await opened.page.getByText(/^Gone (could not be reached|failed a moment ago)/).waitFor();
    await sound(opened.page, 'open-perhaps');
    await opened.page.getByRole('link', { name: /CT Chest/ }).click();
    await opened.page.waitForURL(`**/view/${uid(11)}*`);

    await opened.page.goto(invoke('STUDY&accessionNumber=A100'));
    await opened.page.getByRole('heading', { name: 'Choose one of 2 studies' }).waitFor();
    await sound(opened.page, 'open-choose');
    await opened.page.goto(invoke(`STUDY&studyUID=${uid(1)}`));
    await opened.page.waitForURL(`**/view/${uid(1)}*`);
    await opened.page.goto(invoke('PATIENT&patientID=7^^^CITY'));
    await opened.page.getByRole('heading', { name: 'Berg, Anna' }).waitFor();
    await opened.page.getByText('5 studies', { exact: true }).waitFor();
    await opened.page.goto(`${url}/#/open?accession=1E5`);
    await opened.page.getByText('Accession number 1E5').waitFor();
    await opened.page.getByRole('heading', { name: 'Nothing was found' }).waitFor();
    await sound(opened.page, 'open-nothing');
    expect(opened.trouble).toEqual([]);
    await opened.page.context().close();
  });

  it('keeps its own files on the device and nothing of a patient, and forgets them at sign-out', async () => {
    const kept = (): Promise<string[]> =>
      reader.evaluate(async () => {
        const names = await caches.keys();
        const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
        return all.flat().map((request) => new URL(request.url).pathname);
      });
    await reader.goto(`${url}/#/studies/${uid(1)}`);
    await reader.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await reader.reload();
    await reader.getByRole('region', { name: 'Earlier studies' }).waitFor();
    await expect.poll(kept).toContain('/offline.html');
    expect((await kept()).filter((path) => /api|dicomweb|wado/.test(path))).toEqual([]);
    await reader.context().setOffline(true);
    await reader.reload();
    await reader.getByRole('heading', { name: 'No connection to Sixfold' }).waitFor();
    await sound(reader, 'offline');
    await reader.context().setOffline(false);
    await reader.getByRole('link', { name: 'Try again' }).click();
    await reader.evaluate(() => caches.open('sixfold-of-yesterday').then(() => undefined));
    await reader.getByRole('button', { name: `signed in as ${READER}` }).click();
    await reader.getByRole('menuitem', { name: 'Sign out' }).click();
    await reader.getByRole('button', { name: 'Sign in' }).waitFor();
    await expect.poll(() => reader.evaluate(() => caches.keys())).not.toContain('sixfold-of-yesterday');
    await reader.context().close();
  });

  it('fits a phone', async () => {
    const { page, trouble: noted } = await open(browser, `${url}/#/studies`, PHONE);
    await signInAs(page, ADMIN);
    await page.getByText('6+ studies').waitFor();
    for (const path of [
      'studies',
      `patients/${encodeURIComponent('CITY|7')}`,
      `studies/${uid(3)}`,
      'governance/archives',
    ]) {
      await page.goto(`${url}/#/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(700);
      expect(await faults(page), path).toEqual([]);
      expect(await misfits(page), path).toEqual([]);
      await shot(page, `phone-${path.replace(/\W/g, '-')}`);
    }
    expect(noted).toEqual([]);
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
