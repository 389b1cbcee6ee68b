import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, faults, launch, misfits, open, PHONE, shot } from './support/browser';
import { api, person, signInAs, token, url } from './support/house';

/**
 * Against a running server with its demonstration hospital, and two people in it:
 * SIXFOLD_URL=http://127.0.0.1:8080 SIXFOLD_TOKEN=sxf_... npm run e2e -- access
 *
 * The token is an administrator's; it makes the people.
 */
const RUN = Date.now().toString(36);
const PHYSICIAN = `grace-${RUN}`;
const OFFICER = `olivia-${RUN}`;

interface Row {
  study_uid: string;
  patient_key: string;
  patient_id: string;
  issuer: string;
}

describe.skipIf(!url || !token)('records that are closed', () => {
  let browser: Browser;
  let row: Row;
  beforeAll(async () => {
    browser = await launch();
    await Promise.all([person(PHYSICIAN, 'physician'), person(OFFICER, 'privacy-officer')]);
    const closed = await api<{ patient_key: string }[]>('GET', 'governance/restrictions');
    const { rows } = await api<{ rows: Row[] }>('GET', 'studies?limit=100');
    const free = rows.find(({ patient_key }) => closed.every((one) => one.patient_key !== patient_key));
    if (!free) throw new Error('the demonstration hospital has no study of an open record');
    row = free;
  });
  afterAll(() => browser.close());

  it('closes a record, and it is gone for who does not care for the patient', async () => {
    const { page, trouble } = await open(browser, `${url}/#/governance`);
    await signInAs(page, OFFICER);
    await page.goto(`${url}/#/governance/closed`);
    await page.getByRole('button', { name: 'Close a record…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Patient ID', { exact: true }).last().fill(row.patient_id);
    await dialog.getByLabel('Issued by').fill(row.issuer);
    await dialog.getByLabel('Reason').fill('the patient asked for it in writing');
    await dialog.getByRole('button', { name: 'Close the record' }).click();
    await page.getByRole('table', { name: 'Closed records' }).getByText(row.patient_id).waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'closed');
    expect(trouble).toEqual([]);
  });

  it('breaks the glass from a search without results, shows the patient, and gives it back', async () => {
    const { page, trouble } = await open(browser, `${url}/#/studies`);
    await signInAs(page, PHYSICIAN);
    await page.waitForTimeout(6_000); // what one process closed is known to the others within five seconds
    await page.goto(`${url}/#/studies?q=${row.patient_id}`);
    await page.getByText('Some records may be closed to you.').waitFor();
    expect(await page.getByRole('navigation', { name: 'Main' }).textContent()).not.toContain('Governance');
    expect(await faults(page)).toEqual([]);
    await shot(page, 'hint');

    await page.getByRole('button', { name: 'Emergency access…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Patient ID', { exact: true }).last().fill(row.patient_id);
    await dialog.getByLabel('Issued by').fill(row.issuer);
    await dialog.getByLabel('Reason').fill('too short');
    expect(await dialog.getByRole('button', { name: 'Open the record' }).isEnabled()).toBe(false);
    await dialog.getByLabel('Reason').fill('unconscious in trauma room 2, allergies unknown');
    expect(await faults(page)).toEqual([]);
    await shot(page, 'dialog');
    await dialog.getByRole('button', { name: 'Open the record' }).click();

    const banner = page.getByRole('region', { name: 'Emergency access in force' });
    await banner.getByText(/3 h 59 min left/).waitFor();
    await page.getByText(row.patient_id).nth(1).waitFor();
    await page.locator('section h2').first().waitFor({ timeout: 10_000 });
    expect(await faults(page)).toEqual([]);
    await shot(page, 'banner');

    await page.getByRole('listitem').getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Series' }).waitFor();
    await banner.getByRole('button', { name: 'Give back' }).click();
    await banner.waitFor({ state: 'detached' });
    await page.getByText(/There is no such study here, or it is closed to you/).waitFor({ timeout: 15_000 });
    expect(await faults(page)).toEqual([]);
    await shot(page, 'missing');
    expect(trouble).toEqual([]);
  });

  it('opens a missing patient to oneself from its own page', async () => {
    const { page } = await open(browser, `${url}/#/studies`, PHONE);
    await signInAs(page, PHYSICIAN);
    await page.goto(`${url}/#/patients/${encodeURIComponent(row.patient_key)}`);
    await page.getByText(/There is no such patient here, or it is closed to you/).waitFor();
    await page.getByRole('button', { name: 'Emergency access…' }).click();
    await page.getByLabel('Reason').fill('called back: bleeding after the intervention');
    await shot(page, 'phone-dialog');
    await page.getByRole('button', { name: 'Open the record' }).click();
    await page.locator('section h2').first().waitFor({ timeout: 10_000 });
    expect(await misfits(page)).toEqual([]);
    await shot(page, 'phone-patient');
  });

  it('reviews what was done, once', async () => {
    const { page, trouble } = await open(browser, `${url}/#/governance`);
    await signInAs(page, OFFICER);
    await page.goto(`${url}/#/governance/reviews`);
    const queue = page.getByRole('table', { name: 'Emergency accesses' });
    const mine = queue.getByRole('row').filter({ hasText: PHYSICIAN }).filter({ hasText: 'trauma room 2' });
    await mine.waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'reviews');
    await mine.getByRole('button').press('Enter');
    const panel = page.getByRole('dialog');
    await panel
      .getByText(/^(read|search) /)
      .first()
      .waitFor();
    await panel.getByText('Not justified', { exact: true }).waitFor();
    await shot(page, 'review');
    await panel.getByText('Justified', { exact: true }).click();
    await panel.getByLabel('Comment').fill('trauma team call, the record was needed');
    await panel.getByRole('button', { name: 'Record the review…' }).click();
    await panel.getByText(/It cannot be changed afterwards/).waitFor();
    expect(await faults(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Yes, record it' }).click();
    await panel.getByText(`said ${OFFICER} on`).waitFor();
    expect(await panel.getByRole('button', { name: /review/i }).count()).toBe(0);
    expect(trouble).toEqual([]);
  });

  it('tells by the audit who was refused or let in, and by which policy', async () => {
    const { page, trouble } = await open(browser, `${url}/#/governance`);
    await signInAs(page, OFFICER);
    await page.goto(`${url}/#/governance/audit`);
    const table = page.getByRole('table', { name: 'Audit events' });
    await table.waitFor();
    await page.getByLabel('Person, token:… or ae:…').fill(PHYSICIAN);
    await page.getByLabel('Patient ID').fill(row.patient_key);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await table.getByText('glass broken').first().waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'audit');
    await table.getByRole('row').filter({ hasText: 'read' }).first().getByRole('button').click();
    const panel = page.getByRole('dialog');
    await panel.getByText('emergency', { exact: true }).waitFor();
    await panel.getByText('emergency-access', { exact: true }).waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'event');
    await page.keyboard.press('Escape');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export what is shown' }).click();
    expect((await download).suggestedFilename()).toBe('audit.csv');
    expect(trouble).toEqual([]);
  });

  it('shows the policies in force', async () => {
    const { page, trouble } = await open(browser, `${url}/#/governance`);
    await signInAs(page, OFFICER);
    await page.goto(`${url}/#/governance/policies`);
    await page.getByRole('heading', { name: 'emergency access' }).waitFor();
    await page.getByText('In force', { exact: true }).waitFor();
    expect(await faults(page)).toEqual([]);
    await shot(page, 'policies');
    expect(trouble).toEqual([]);
  });

  it.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ])('fits a %s, in the light theme too', async (name, viewport) => {
    const { page, trouble } = await open(browser, `${url}/#/governance`, viewport);
    await page.evaluate(() => {
      localStorage.setItem('sixfold.scheme', 'light');
    });
    await page.reload();
    await signInAs(page, OFFICER);
    for (const path of ['reviews', 'closed', 'audit', 'policies']) {
      await page.goto(`${url}/#/governance/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(1_000);
      expect(await faults(page), path).toEqual([]);
      if (viewport === PHONE) expect(await misfits(page), path).toEqual([]);
      await shot(page, `${name}-${path}`);
    }
    expect(trouble).toEqual([]);
  });

  it('opens the record again', async () => {
    const { page } = await open(browser, `${url}/#/governance`);
    await signInAs(page, OFFICER);
    await page.goto(`${url}/#/governance/closed`);
    const closed = page.getByRole('table', { name: 'Closed records' });
    const mine = closed.getByRole('row').filter({ hasText: row.patient_id });
    await mine.getByRole('button').click();
    await page.getByLabel('Reason').fill('the patient took the request back');
    await page.getByRole('button', { name: 'Open the record', exact: true }).click();
    await mine.waitFor({ state: 'detached' });
  });
});

describe.skipIf(!url || !token)('relations', () => {
  it('are looked up, added and ended', async () => {
    const browser = await launch();
    try {
      const name = `root-${RUN}`;
      await person(name, 'administrator');
      const { page, trouble } = await open(browser, `${url}/#/governance`);
      await signInAs(page, name);
      await page.goto(`${url}/#/governance/relations`);
      await page.getByLabel('Person, token or AE').fill(name);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Add a relation…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Patient ID', { exact: true }).last().fill('42');
      await dialog.getByLabel('Issued by').fill('NOWHERE');
      expect(await faults(page)).toEqual([]);
      await shot(page, 'relation-dialog');
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      const table = page.getByRole('table', { name: 'Relations' });
      await table.getByText('Patient 42, issued by NOWHERE').waitFor();
      expect(await faults(page)).toEqual([]);
      await shot(page, 'relations');
      await table.getByRole('button', { name: /^End/ }).click();
      await page.getByText(`${name} has no relation in force`).waitFor();
      expect(trouble).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
