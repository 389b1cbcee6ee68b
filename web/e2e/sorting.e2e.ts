import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administration, confirm } from './support/administration';
import { faults, launch, open, shot } from './support/browser';
import { api, person, signInAs, token, url } from './support/house';

/** Against a running server, as people.e2e.ts: the rules that studies are sorted by, and the DICOM network. */
const RUN = Date.now().toString(36);
const ADMIN = `root-${RUN}`;

describe.skipIf(!url || !token)('sorting and the network', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
    await person(ADMIN, 'administrator');
    await api('PUT', `governance/facilities/north-${RUN}`, { name: `North ${RUN}` });
  });
  afterAll(() => browser.close());

  it('makes a sorting rule, moves it, tries it and removes it', async () => {
    const { page, trouble } = await administration(browser, 'sorting', ADMIN);
    const key = `north-${RUN}`;
    await page.getByRole('button', { name: 'Make a rule…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make a rule' });
    await dialog.getByLabel('Name').fill(key);
    await dialog.getByRole('combobox', { name: 'Institution' }).fill(`*north ${RUN}*`);
    await dialog.getByRole('combobox', { name: 'Facility' }).click();
    await page.getByRole('option', { name: `North ${RUN}` }).click();
    await dialog.getByRole('combobox', { name: 'Sensitivity' }).click();
    await page.getByRole('option', { name: 'Sensitive' }).click();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'sorting-dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const rows = page.getByRole('table', { name: 'Sorting rules' }).getByRole('row');
    const row = rows.filter({ hasText: key });
    await row.getByText(`Institution: *north ${RUN}*`).waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'sorting');

    const place = async (): Promise<number> =>
      (await rows.allTextContents()).findIndex((text) => text.includes(key));
    const before = await place();
    await row.getByRole('button', { name: `Move ${key} up` }).press('Enter');
    await expect.poll(place, { timeout: 15_000 }).toBe(before - 1);
    await page.waitForFunction(
      (name) => document.activeElement?.getAttribute('aria-label') === name,
      `Move ${key} up`,
    );

    await page.waitForTimeout(5_500); // another process sorts by what it knew for five seconds
    const form = page.getByRole('form', { name: 'Try the rules' });
    await form.getByLabel('Modality').fill('CT');
    await form.getByLabel('Institution').fill(`The North ${RUN} clinic`);
    await form.getByRole('button', { name: 'Try' }).click();
    const outcome = form.getByLabel('Outcome');
    await outcome.getByText(`North ${RUN}`, { exact: true }).waitFor();
    expect(await outcome.getByText(`by the rule ${key}`).count()).toBe(2);
    await outcome.getByText('Radiology', { exact: true }).waitFor();
    expect(await faults(page)).toEqual([]);
    await outcome.scrollIntoViewIfNeeded();
    await shot(page, 'sorting-try');

    await row.getByRole('button', { name: `Edit ${key}` }).click();
    await page.getByRole('dialog').getByLabel('Note').fill('the new clinic');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row.getByText('the new clinic').waitFor();
    await row.getByRole('button', { name: `Remove ${key}` }).click();
    await confirm(page, `Remove the rule ${key}`, 'Remove');
    await row.waitFor({ state: 'detached' });
    expect(trouble).toEqual([]);
  });

  it('admits an AE, adds a destination, and says that every commitment was told', async () => {
    const { page, trouble } = await administration(browser, 'dicom', ADMIN);
    const title = `CT${RUN.slice(-6).toUpperCase()}`;
    await page.getByRole('button', { name: 'Admit an AE…' }).click();
    const admitting = page.getByRole('dialog', { name: 'Admit an AE' });
    await admitting.getByLabel('Calling AE title').fill(title);
    await admitting.getByLabel('From', { exact: true }).fill('somewhere');
    await admitting.getByRole('button', { name: 'Save' }).click();
    await admitting.getByText(/is not an address, a network/).waitFor();
    await admitting.getByLabel('From', { exact: true }).fill('10.9.0.0/16');
    expect(await faults(page)).toEqual([]);
    await shot(page, 'ae-dialog');
    await admitting.getByRole('button', { name: 'Save' }).click();
    const peer = page
      .getByRole('table', { name: 'AEs admitted' })
      .getByRole('row')
      .filter({ hasText: title });
    await peer.getByText('10.9.0.0/16').waitFor();

    await page.getByRole('button', { name: 'Add a destination…' }).click();
    const adding = page.getByRole('dialog', { name: 'Add a destination' });
    await adding.getByLabel('AE title').fill(title);
    await adding.getByLabel('Host').fill('127.0.0.1');
    await adding.getByLabel('Port').fill('11113');
    await adding.getByRole('button', { name: 'Save' }).click();
    const remote = page
      .getByRole('table', { name: 'Destinations' })
      .getByRole('row')
      .filter({ hasText: title });
    await remote.getByText('127.0.0.1, port 11113').waitFor();
    await page.getByText('Everybody who asked was told: no result waits.').waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'dicom');

    await peer.getByRole('button', { name: /^Edit/ }).click();
    await page.getByRole('dialog').getByLabel('In force').uncheck();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await peer.getByText('Switched off').waitFor();
    await peer.getByRole('button', { name: /^Remove/ }).click();
    await confirm(page, `Remove the rule for ${title}`, 'Remove');
    await peer.waitFor({ state: 'detached' });
    await remote.getByRole('button', { name: /^Remove/ }).click();
    await confirm(page, `Remove ${title}`, 'Remove');
    await remote.waitFor({ state: 'detached' });
    expect(trouble).toEqual([]);
  });

  it('tells commitments that wait from none', async () => {
    const { page } = await open(browser, `${url}/#/governance/dicom`);
    await page.route('**/api/commitments*', (route) =>
      route.fulfill({ json: { count: 1, commitments: [WAITING] } }),
    );
    await signInAs(page, ADMIN);
    await page
      .getByRole('table', { name: 'Undelivered commitments' })
      .getByText('no destination of that title')
      .waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'commitments');
  });
});

const WAITING = {
  key: '01j',
  transaction_uid: '2.25.1',
  ae_title: 'CT1',
  our_ae: 'SIXFOLD',
  asked: 12,
  failed: 2,
  accepted_at: '2026-11-24T07:41:00Z',
  attempts: 3,
  next_at: '2026-11-24T08:41:00Z',
  error: 'no destination of that title is known',
};
