import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DESKTOP, launch, misfits, open, PHONE, shot, signIn } from './support/browser';
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

it.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
])('walks from sign-in to the images on a %s', async (name, viewport) => {
  const { page, trouble } = await open(browser, fake.url, viewport);
  const fits = async (): Promise<void> => {
    if (viewport === PHONE) expect(await misfits(page)).toEqual([]);
  };
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await shot(page, `${name}-1-sign-in`);
  await fits();
  await signIn(page);
  await page.getByRole('row').nth(3).waitFor();
  await shot(page, `${name}-2-studies`);
  await fits();

  await page.getByRole('row').nth(1).click();
  await page.getByText('Image 11 of 20').waitFor();
  await page.waitForTimeout(700);
  await shot(page, `${name}-3-viewer`);
  await fits();

  await page.goto(`${fake.url}/#/studies/1.2.826.0.1.3680043.10.999.4`);
  await page.getByRole('heading', { name: 'Series' }).waitFor();
  await page.waitForTimeout(300);
  await shot(page, `${name}-4-study`);
  await fits();
  await page.goto(`${fake.url}/#/patients/p3`);
  await page.getByRole('heading', { name: '2026', exact: true }).waitFor();
  await shot(page, `${name}-5-patient`);
  await fits();
  expect(trouble).toEqual([]);
});
