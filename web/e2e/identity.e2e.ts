import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, person, token, url } from './support/house';
import { launch, misfits, PHONE, shot, sound } from './support/browser';

/**
 * Against a running server with the records that `test_browser.py` sends: SIXFOLD_URL and SIXFOLD_TOKEN of an administrator.
 * Two pairs are asked, one is linked by itself.
 */
const RUN = Date.now().toString(36);
const DESK = `desk-${RUN}`;
const BOARD = `board-${RUN}`;

describe.skipIf(!url || !token)('records of one person', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
    await Promise.all([person(DESK, 'registrar'), person(BOARD, 'privacy-officer')]);
  });
  afterAll(() => browser.close());

  it('shows two records side by side, takes an answer by key, and takes it back', async () => {
    const { page, trouble } = await enter(browser, DESK, 'identity');
    await page.getByText('1 of 2', { exact: true }).waitFor({ timeout: 20_000 });
    const table = page.getByRole('table', { name: 'Two records compared' });
    await table.getByText('issued by LAKE').waitFor();
    expect(await table.getByRole('row', { name: /^Name/ }).textContent()).toContain('Quillfeather, Eleanor');
    await page.getByText('Nothing besides name, birth date and sex agrees').waitFor();
    await page.getByText(/^Score /).click();
    await sound(page, 'identity');
    await page.keyboard.press('ArrowRight');
    await table.getByText('Marchbanks, Tobais').waitFor();
    await page.keyboard.press('ArrowLeft');
    await table.getByText('Quillfeather, Eleanor').first().waitFor();
    await page.keyboard.press('a');
    await page.getByText('Quillfeather, Eleanor: one person from now on.').waitFor();
    await page.getByText('1 of 1', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Quillfeather, Eleanor: taken back, and asked again.').waitFor();
    await page.getByText('1 of 2', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Never the same' }).click();
    await page.getByText('1 of 1', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Later/ }).click();
    await page.getByText('Nothing to decide').waitFor();
    await sound(page, 'identity-empty');
    await page.getByText('Put off', { exact: true }).click();
    await table.getByText('Marchbanks, Tobais').waitFor();
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('lists what was said, tells its story, and takes a link back with a reason', async () => {
    const { page, trouble } = await enter(browser, DESK, 'identity');
    await page.getByText('Decided', { exact: true }).click();
    const row = page.getByRole('table', { name: 'Links' }).getByRole('row').filter({ hasText: 'Ashdown' });
    await row.getByText('Linked by a named ID').waitFor();
    await row.getByRole('button').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/by the machine/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Take the link back' }).isEnabled()).toBe(false);
    await dialog.getByLabel('Why it is taken back').fill('her sister, says the ward');
    await sound(page, 'identity-link');
    await dialog.getByRole('button', { name: 'Take the link back' }).click();
    await page.getByText('No records are linked yet.').waitFor();
    await page.getByText('Never the same', { exact: true }).click();
    await page.getByText('Quillfeather').first().waitFor();
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('is worked with on a phone', async () => {
    const { page, trouble } = await enter(browser, DESK, 'identity', PHONE);
    await page.getByRole('table', { name: 'Two records compared' }).waitFor();
    await sound(page, 'identity-phone');
    expect(await misfits(page)).toEqual([]);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('lets those who govern change the policy, with a reason, and keeps every version', async () => {
    const { page, trouble } = await enter(browser, BOARD, 'identity');
    await page.getByRole('table', { name: 'Versions of the policy' }).waitFor();
    await page.getByLabel('Linked without a person').fill('40');
    expect(await page.getByRole('button', { name: 'Put in force' }).isEnabled()).toBe(false);
    await page.getByLabel('Why').fill('after the mix-up in May');
    await sound(page, 'identity-policy');
    await page.getByRole('button', { name: 'Put in force' }).click();
    const versions = page.getByRole('table', { name: 'Versions of the policy' });
    await versions.getByText('after the mix-up in May').waitFor();
    await versions.getByText('the policy of a new house').waitFor();
    expect(trouble).toEqual([]);
    await shot(page, 'identity-versions');
    await page.context().close();
  });
});
