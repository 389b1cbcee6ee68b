import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, PHONE } from './support/browser';
import { elsewhere } from './support/elsewhere';
import { api, cleared, person, signInAs, token, url } from './support/house';
import { Thumb } from './support/phone';

/* Every task of the viewer with one thumb on a slow phone, in the demonstration hospital and a film. */
const RUN = Date.now().toString(36);
const READER = `thumb-${RUN}`;
const ELSEWHERE = `elsewhere-${RUN}`;

interface Row {
  study_uid: string;
  patient_name: string;
  study_date: string;
  description: string;
}

let rows: Row[];
const named = (name: string, words: string): Row => {
  const found = rows
    .filter((row) => row.patient_name.startsWith(name) && row.description.includes(words))
    .sort((a, b) => b.study_date.localeCompare(a.study_date))[0];
  if (!found) throw new Error(`no study ${words} of ${name}`);
  return found;
};

let browser: Browser;
let server: Server;
let page: Page;
let thumb: Thumb;
let trouble: string[];

const view = async ({ study_uid: uid }: Row): Promise<void> => {
  await page.goto(`${url}/#/view/${uid}`);
};
const picture = () => page.getByRole('img', { name: /image \d+ of/ }).first();
const place = async (): Promise<string> =>
  (await page
    .getByText(/^Image \d+ of \d+/)
    .first()
    .textContent()) ?? '';
const shown = async (): Promise<void> => {
  await picture().waitFor();
  await page.getByText('Loading…').waitFor({ state: 'detached' });
  await page.getByText(/^Zoom/).first().waitFor();
};
const menu = async (button: string, item: string | RegExp, sound = ''): Promise<void> => {
  await thumb.tap('button', button);
  await page.getByRole('menu').waitFor();
  if (sound) await thumb.sound(sound);
  await thumb.press(page.getByRole('menuitem', { name: item }));
  await page.getByRole('menu').waitFor({ state: 'detached' });
};
const drawn = () => page.locator('svg[aria-hidden] g[data-own]');

beforeAll(async () => {
  browser = await launch({ webgl: true });
  server = await elsewhere();
  const { port } = server.address() as AddressInfo;
  await Promise.all([
    person(READER, 'radiologist'),
    api('PUT', `viewer/sources/${ELSEWHERE}`, {
      title: 'Elsewhere',
      issuer: 'ELSEWHERE',
      reach: { kind: 'dicomweb', url: `http://127.0.0.1:${port}/dicom-web` },
    }),
  ]);
  ({ rows } = await api<{ rows: Row[] }>('GET', 'studies?limit=100'));
  ({ page, trouble } = await open(browser, `${url}/#/studies`, PHONE));
  page.setDefaultTimeout(15_000);
  thumb = await Thumb.on(page);
  await signInAs(page, READER);
});

afterAll(async () => {
  await cleared(named('Bergstr', 'CT chest').study_uid);
  await api('DELETE', `viewer/sources/${ELSEWHERE}`);
  server.close();
  await browser.close();
});

describe.skipIf(!url || !token)('with one thumb', () => {
  it('searches every archive', async () => {
    await page.getByRole('button', { name: 'All archives', pressed: true }).waitFor();
    await page.getByLabel(/^Search studies/).fill('Bergstr');
    await page.getByRole('row').filter({ hasText: 'CT from elsewhere' }).waitFor();
    await thumb.sound('search');
    await thumb.tap('button', /archives answered/);
    await page.getByText(/^Elsewhere 1 study/).waitFor();
  });

  it('goes through the timeline of a patient, and compares two studies', async () => {
    await view(named('Bergstr', 'CT chest'));
    await shown();
    await thumb.press(page.getByRole('heading', { level: 1 }).getByRole('link'));
    await page.getByText(/^4 studies/).waitFor();
    await thumb.sound('timeline');
    await thumb.press(page.getByRole('checkbox', { name: /^Compare CT chest.*2026/ }).first());
    await thumb.press(page.getByRole('checkbox', { name: /^Compare CT chest.*2024/ }).first());
    await thumb.press(page.getByRole('button', { name: 'Side by side' }));
    await expect.poll(() => page.getByText(/^Image \d+ of \d+/).count()).toBe(2);
    await thumb.sound('compared');
  });

  it('scrolls, zooms, windows and divides', async () => {
    await view(named('Bergstr', 'CT chest'));
    await shown();
    const before = await place();
    await thumb.stroke([0.5, 0.4], [0.5, 0.6]);
    await expect.poll(place).not.toBe(before);
    await thumb.sound('reading');
    await thumb.pinch(80, 160);
    await page.getByText(/^Zoom (1\.[5-9]|2\.)/).waitFor();
    await menu('Presets', /^Lung/, 'presets');
    await page.getByText('W 1500 L -600').waitFor();
    await thumb.tap('button', 'Window');
    await thumb.stroke([0.3, 0.5], [0.6, 0.5]);
    await page.getByText(/^W (1[6-9]|2)\d\d+ L -600/).waitFor();
    await thumb.tap('button', 'Reset');
    await page.getByText('Zoom 1.00×').waitFor();
    await menu('Layout', '2 × 1 panes', 'layouts');
    await page.getByRole('region', { name: 'Pane 2' }).waitFor();
    await thumb.sound('two');
    await menu('Layout', 'One pane');
    await page.getByRole('region', { name: 'Pane 2' }).waitFor({ state: 'detached' });
    await thumb.tap('button', 'Play');
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    const still = await place();
    await expect.poll(place).not.toBe(still);
    await thumb.tap('button', 'Stop');
  });

  it('measures, saves, keeps a key image and a presentation', async () => {
    await thumb.tap('button', 'Length');
    await thumb.stroke([0.3, 0.4], [0.6, 0.5]);
    await drawn().first().waitFor();
    await page
      .getByText(/^[\d.]+ mm$/)
      .first()
      .waitFor();
    await menu('Measuring tools', /^Ellipse/, 'tools');
    await thumb.stroke([0.3, 0.6], [0.6, 0.8]);
    await expect.poll(() => drawn().count()).toBe(2);
    await thumb.tap('button', 'Measurements');
    await page
      .getByText(/^Mean -?[\d.]+ HU/)
      .first()
      .waitFor();
    await thumb.sound('measurements');
    await thumb.tap('button', 'Measurements');
    await thumb.tap('button', 'Save 2 marks');
    await page.getByRole('button', { name: 'Everything is saved' }).waitFor();
    await thumb.tap('button', 'Key image');
    await page.getByText('Key image', { exact: true }).waitFor();
    await thumb.tap('button', 'Invert');
    await thumb.tap('button', 'Kept with the images');
    const panel = page.getByRole('complementary', { name: 'Kept with the images' });
    await panel.getByLabel('Keep how the image is shown now').fill(`By thumb ${RUN}`);
    await thumb.press(panel.getByRole('button', { name: 'Keep', exact: true }));
    await panel.getByRole('button', { name: new RegExp(`^By thumb ${RUN}`) }).waitFor();
    await page.getByText('Kept how the image is shown.').waitFor();
    await thumb.tap('button', 'Dismiss');
    await thumb.sound('kept');
    await thumb.tap('button', 'Kept with the images');
    await thumb.tap('button', 'Invert');
    await thumb.tap('button', 'Kept with the images');
    await thumb.press(panel.getByRole('button', { name: new RegExp(`^By thumb ${RUN}`) }));
    await page.getByRole('button', { name: 'Invert', exact: true, pressed: true }).waitFor();
    await thumb.tap('button', 'Kept with the images');
    await thumb.sound('presented');
  });

  it('reads tags, details and help', async () => {
    await thumb.tap('button', 'Attributes');
    await page.getByLabel('Search attributes').fill('pixelspacing');
    await page.getByRole('button', { name: /^PixelSpacing/ }).waitFor();
    await thumb.sound('attributes');
    await thumb.tap('button', 'Attributes');
    await thumb.tap('button', /signed in as/);
    await thumb.sound('account');
    await thumb.press(page.getByRole('menuitem', { name: 'Keys and touch' }));
    await page.getByText('Two fingers').waitFor();
    await thumb.sound('help');
    await thumb.tap('button', 'Close');
    await thumb.tap('link', 'Study details');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('region', { name: 'Earlier studies' }).waitFor();
    await thumb.sound('details');
    await page.goBack();
    await shown();
    await thumb.tap('link', 'Back to the studies');
    await page.getByRole('grid').waitFor();
  });

  it('cuts planes', async () => {
    await view(named('Bergstr', 'CT chest'));
    await shown();
    await thumb.tap('button', 'Planes');
    await expect.poll(() => page.getByText(/^Slice \d+ of \d+/).count()).toBe(3);
    await thumb.sound('planes');
    await thumb.tap('button', 'Back from the planes');
    await shown();
  });

  it('plays a loop and a video', async () => {
    await page.goto(`${url}/#/view/${process.env['SIXFOLD_FILM']}`);
    await page.locator('video').first().waitFor();
    const at = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
    await expect
      .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth))
      .toBe(64);
    await thumb.tap('button', 'Next frame');
    await expect.poll(at).toBeGreaterThan(0.03);
    await thumb.sound('video');
  });

  it('reads an ECG', async () => {
    await view(named('Müller', 'Resting ECG'));
    await page.getByRole('region', { name: 'Tracing' }).waitFor();
    await thumb.sound('ecg');
  });

  it('reads a report and a letter', async () => {
    await view(named('Bergstr', 'CT chest'));
    await shown();
    await thumb.press(
      page.getByRole('navigation', { name: 'Series' }).getByRole('button', { name: /REPORT/ }),
    );
    await page
      .getByRole('region', { name: 'Report' })
      .getByText(/Solid nodule/)
      .waitFor();
    await thumb.sound('report');
    await view(named('Li', 'CT abdomen'));
    await shown();
    await thumb.press(page.getByRole('navigation', { name: 'Series' }).getByRole('button', { name: /DOC/ }));
    await page.getByRole('link', { name: 'Open in a new tab' }).waitFor();
    await thumb.sound('letter');
  });

  it('left no trouble behind', () => {
    expect(trouble).toEqual([]);
  });
});
