import type { Browser } from 'playwright-core';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { embeddedPdf, faults, launch, open, shot, signIn } from './support/browser';
import { part10 } from './support/dicom';
import { startFake, type Fake } from './support/fake-server';

let browser: Browser;
let fake: Fake;
beforeAll(async () => {
  [browser, fake] = await Promise.all([launch(), startFake()]);
});
afterAll(async () => {
  await browser.close();
  await fake.close();
});

it.each(['dark', 'light'])('breaks no rule of accessibility in the %s theme', async (scheme) => {
  const { page } = await open(browser, fake.url);
  await page.evaluate((name) => {
    localStorage.setItem('sixfold.scheme', name);
  }, scheme);
  await page.reload();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await faults(page)).toEqual([]);
  await signIn(page);
  expect(await faults(page)).toEqual([]);
  await shot(page, `${scheme}-studies`);
  for (const path of [
    'studies/1.2.826.0.1.3680043.10.999.4',
    'patients/p3',
    'view/1.2.826.0.1.3680043.10.999.4',
  ]) {
    await page.goto(`${fake.url}/#/${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForTimeout(600);
    expect(await faults(page), path).toEqual([]);
    await shot(page, `${scheme}-${path.split('/')[0]}`);
  }
});

it('finds as one types, by keyboard alone, and keeps the search on the way back', async () => {
  const { page } = await open(browser, fake.url);
  await signIn(page);
  await page.keyboard.press('/');
  await page.keyboard.type('yamada');
  await page.waitForFunction(() => document.querySelector('#study-0')?.textContent?.includes('Yamada'));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('Image 11 of 20').waitFor();
  await page.goBack();
  await page.getByRole('grid').waitFor();
  expect(await page.getByLabel(/Search studies/).inputValue()).toBe('yamada');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
});

it('walks down a list of any length, page after page', async () => {
  const { page } = await open(browser, fake.url);
  await signIn(page);
  const end = page.locator('[aria-rowindex="1201"]');
  for (let presses = 0; presses < 60 && !(await end.isVisible()); presses++) {
    await page.keyboard.press('End');
    await page.waitForTimeout(100);
  }
  expect(await end.isVisible()).toBe(true);
  expect(await page.getByRole('row').count()).toBeLessThan(80);
});

it('explains an empty list, an empty archive and an error', async () => {
  const { page } = await open(browser, fake.url);
  await signIn(page);
  await page.getByLabel(/Search studies/).fill('nobody of this name');
  await page.getByText('No study matches').waitFor();
  await page.getByRole('button', { name: 'Clear text and filters' }).click();
  await page.getByRole('row').nth(2).waitFor();
  fake.empty = true;
  await page.reload();
  await page.getByText('storescu -aec SIXFOLD 127.0.0.1 11112 *.dcm').waitFor();
  await shot(page, 'empty');
  fake.empty = false;
  fake.broken = true;
  await page.reload();
  await page.getByText('Try again in a minute.').waitFor();
  await shot(page, 'error');
  fake.broken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('row').nth(2).waitFor();
});

it('takes files and a ZIP, and says what became of each', async () => {
  const { page, trouble } = await open(browser, fake.url);
  await signIn(page);
  const file = (name: string, buffer: Buffer): { name: string; mimeType: string; buffer: Buffer } => ({
    name,
    mimeType: 'application/octet-stream',
    buffer,
  });
  const zip = Buffer.from(
    zipSync({ 'A/1': part10('1.2.3.1'), 'A/readme.txt': Buffer.from('hello there, reader') }),
  );
  await page
    .locator('input[type=file]')
    .setInputFiles([
      file('good.dcm', part10('1.2.3.7')),
      file('bad.dcm', part10('1.2.3.13')),
      file('notes.txt', Buffer.from('not an image at all, only words')),
      file('disc.zip', zip),
    ]);
  const uploads = page.getByRole('region', { name: 'Uploads' });
  await uploads.getByText('2 kept · 1 refused · 3 skipped').waitFor();
  await uploads.getByText('The file is damaged or not understood (C000H)').waitFor();
  await uploads.getByText('disc.zip › A/1').waitFor();
  await shot(page, 'upload');
  expect(await faults(page)).toEqual([]);

  await page.locator('input[type=file]').setInputFiles([file('again.dcm', part10('1.2.3.7'))]);
  await uploads.getByText('1 already kept', { exact: false }).waitFor();
  expect(trouble).toEqual([]);
});

it('scrolls, plays, windows and turns images by key, and shows what is no image', async () => {
  const { page, trouble } = await open(browser, fake.url);
  await signIn(page);
  await page.goto(`${fake.url}/#/view/1.2.826.0.1.3680043.10.999.1`);
  await page.getByText('Image 11 of 20').waitFor();
  await page.getByText('W 400 L 40').waitFor();
  await page.keyboard.press('3');
  await page.getByText('W 1500 L -600').waitFor();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.getByText('Lossy 12:1').waitFor();
  await page.mouse.move(760, 500);
  await page.mouse.wheel(0, 120);
  await page.getByText('Image 4 of 20').waitFor();
  await page.keyboard.press('r');
  await page.keyboard.press('i');
  await page.keyboard.press('0');
  await page.keyboard.press('l');
  await page.mouse.move(600, 450);
  await page.mouse.down();
  await page.mouse.move(820, 520, { steps: 4 });
  await page.mouse.up();
  await page.locator('svg text', { hasText: 'mm' }).first().waitFor();
  await shot(page, 'viewer-length');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('img', { name: /Four chamber, image 11 of 20/ }).waitFor();
  await page.keyboard.press(' ');
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await shot(page, 'viewer-cine');
  await page.keyboard.press('ArrowRight');
  await page.getByText('312 mGy.cm').waitFor();
  await shot(page, 'viewer-report');
  expect(trouble).toEqual([]);
});

it('shows a document in its place, or offers it where a browser cannot', async () => {
  const { page, trouble } = await open(browser, fake.url);
  await signIn(page);
  const letter = `${fake.url}/#/view/1.2.826.0.1.3680043.10.999.1?series=1.2.826.0.1.3680043.10.999.1.4`;
  await page.goto(letter);
  await embeddedPdf(page);
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Open in a new tab' }).click(),
  ]);
  expect(opened.url()).toContain('/rendered');
  await opened.close();
  await shot(page, 'viewer-document');

  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'pdfViewerEnabled', { get: () => false });
  });
  await page.reload();
  await page.getByText('This browser shows documents in their own tab.').waitFor();
  expect(await page.locator('iframe').count()).toBe(0);
  await page.getByRole('link', { name: 'Open in a new tab' }).waitFor();
  await shot(page, 'viewer-document-apart');
  expect(trouble).toEqual([]);
});

it('makes the first account from the one-time link', async () => {
  const { page } = await open(browser, `${fake.url}/#/welcome/open-sesame`);
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('Sign-in name').fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('copper lantern otter vale');
  await shot(page, 'welcome');
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Create account and sign in' }).click();
  await page.getByRole('grid').waitFor();
});

it('rejects a study with a reason, and takes that back', async () => {
  const { page } = await open(browser, fake.url);
  await signIn(page);
  await page.goto(`${fake.url}/#/studies/1.2.826.0.1.3680043.10.999.4`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Reject this study…' }).click();
  await page.getByLabel('Rejected for quality reasons').check();
  await shot(page, 'reject');
  await page.getByRole('button', { name: 'Reject', exact: true }).click();
  await page.getByRole('grid').waitFor();
  await page.getByText(/was rejected: it left every list/).waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent === 'Undo');
  expect(await faults(page)).toEqual([]);
  await shot(page, 'rejected');
  const asked = page.waitForRequest(/api\/studies\/1\.2\.826\.0\.1\.3680043\.10\.999\.4\/restore$/);
  await page.keyboard.press('Enter');
  expect((await asked).method()).toBe('POST');
  await page.getByText(/is back in every list/).waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Dismiss');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'What was done' }).waitFor({ state: 'detached' });
});
