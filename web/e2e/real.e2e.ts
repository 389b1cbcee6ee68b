import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, embeddedPdf, launch, open, shot } from './support/browser';

/**
 * Against a running server with its demonstration hospital, as tests/acceptance/test_browser.py starts it, or by hand:
 * SIXFOLD_WELCOME=http://127.0.0.1:8080/#/welcome/SECRET npm run e2e
 */
const welcome = process.env['SIXFOLD_WELCOME'];
const origin = welcome ? new URL(welcome).origin : '';

describe.skipIf(!welcome)('with the real server', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  const become = async (page: Page): Promise<void> => {
    await page.getByLabel('Your name').fill('Ada Lovelace');
    await page.getByLabel('Sign-in name').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill('copper lantern otter vale');
    await page.getByRole('button', { name: 'Create account and sign in' }).click();
    await page.getByRole('grid').waitFor();
  };

  it('opens images of every study on the first page, and a document', async () => {
    const { page, trouble } = await open(browser, welcome ?? '', DESKTOP, { origin });
    await become(page);
    await page.getByRole('row').nth(2).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await shot(page, 'real-studies');
    const studies = Math.min(8, (await page.getByRole('row').count()) - 1);
    for (let n = 0; n < studies; n++) {
      await page.locator(`#study-${n}`).click();
      await page.getByRole('navigation', { name: 'Series' }).getByRole('button').first().waitFor();
      await page.waitForTimeout(2500);
      await shot(page, `real-view-${n}`);
      await page.goBack();
      await page.getByRole('grid').waitFor();
    }
    await page.getByLabel(/Search studies/).fill('li xiaomei');
    await page.waitForFunction(() => document.querySelector('#study-0')?.textContent?.includes('DOC'));
    await page.locator('#study-0').click();
    await page.getByRole('navigation', { name: 'Series' }).getByRole('button', { name: /DOC/ }).click();
    await embeddedPdf(page);
    await shot(page, 'real-document');
    expect(trouble).toEqual([]);
  });
});
