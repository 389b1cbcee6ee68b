import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open, shot } from './support/browser';
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

interface Stop {
  name: string;
  seen: boolean;
}

/** What has the focus, and whether an eye can tell: an outline, or a frame in another colour than without it. */
function focused(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const control = document.activeElement;
    if (!(control instanceof HTMLElement) || control === document.body) return { name: '', seen: true };
    const outlined = (element: Element | null): boolean => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element ?? control);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
    };
    control.style.transition = 'none';
    const frame = getComputedStyle(control).borderColor;
    // A slider paints the focus on its frame.
    const around = control instanceof HTMLInputElement && outlined(control.parentElement);
    const seen = outlined(control) || around;
    const name = control.getAttribute('aria-label') ?? control.textContent;
    control.blur();
    const framed = getComputedStyle(control).borderColor !== frame;
    control.focus();
    return { name: name.trim().slice(0, 40), seen: seen || framed };
  });
}

/** Press Tab until the focus leaves the page or comes round; every stop must be seen. */
async function stops(page: Page, most = 40): Promise<string[]> {
  const names: string[] = [];
  for (let press = 0; press < most; press++) {
    await page.keyboard.press('Tab');
    const { name, seen } = await focused(page);
    if (!name || (names.length > 0 && name === names[0])) break;
    expect(seen, `the focus on "${name}" is not seen`).toBe(true);
    names.push(name);
  }
  return names;
}

it('leads from sign-in through search and images and back without a mouse', async () => {
  const { page, trouble } = await open(browser, fake.url);
  await page.getByLabel('Name').focus();
  await page.keyboard.type('ada');
  await page.keyboard.press('Tab');
  await page.keyboard.type('correct horse battery');
  await page.keyboard.press('Enter');
  await page.getByRole('grid').waitFor();

  await page.keyboard.press('/');
  await page.keyboard.type('yamada');
  await page.waitForFunction(() => document.querySelector('#study-0')?.textContent?.includes('Yamada'));
  await page.keyboard.press('Enter');
  await page.getByText('Image 11 of 20').waitFor();

  await page.keyboard.press('End');
  await page.getByText('Image 20 of 20').waitFor();
  await page.keyboard.press('3');
  await page.getByText('W 1500 L -600').waitFor();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Play' }).waitFor();
  await page.keyboard.press('d');
  await page.getByRole('heading', { name: 'Series' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Image 11 of 20').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('grid').waitFor();
  expect(trouble).toEqual([]);
});

it('shows where the focus is at every stop', async () => {
  const { page } = await open(browser, fake.url);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await stops(page);
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.keyboard.press('Enter');
  await page.getByRole('grid').waitFor();
  expect(await stops(page)).toEqual(expect.arrayContaining(['Upload', 'Studies', 'Choose columns']));

  await page.goto(`${fake.url}/#/view/1.2.826.0.1.3680043.10.999.1`);
  await page.getByText('Image 11 of 20').waitFor();
  const inViewer = await stops(page);
  expect(inViewer).toEqual(
    expect.arrayContaining(['Window', 'Presets', 'Play', 'Frames per second', 'Image']),
  );
  await shot(page, 'viewer-focus');

  await page.goto(`${fake.url}/#/studies/1.2.826.0.1.3680043.10.999.4`);
  await page.getByRole('heading', { name: 'Series' }).waitFor();
  expect(await stops(page)).toEqual(expect.arrayContaining(['Open images', 'Download', 'More actions']));
});
