import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DESKTOP, launch, misfits, open, PHONE, sound } from './support/browser';
import { person, signInAs, token, url } from './support/house';

/* The reading room of a running server, on a series of its demonstration hospital. */

type DataSet = Record<string, { Value?: unknown[] } | undefined>;

const ask = async (path: string): Promise<DataSet[]> => {
  const headers = { Authorization: `Bearer ${token}`, Accept: 'application/dicom+json' };
  return (await (await fetch(`${url}/dicomweb/${path}`, { headers })).json()) as DataSet[];
};
const first = (dataSet: DataSet | undefined, tag: string): string => String(dataSet?.[tag]?.Value?.[0] ?? '');

let browser: Browser;
let page: Page;
let trouble: string[];
let study: string;
let series: string;
let middle: DataSet;

beforeAll(async () => {
  browser = await launch({ webgl: true }); // planes are cut by it
  const all = await ask('series?Modality=CT&limit=200&includefield=00201209');
  const volume = all.sort((a, b) => Number(first(b, '00201209')) - Number(first(a, '00201209')))[0];
  [study, series] = [first(volume, '0020000D'), first(volume, '0020000E')];
  const images = await ask(`studies/${study}/series/${series}/metadata`);
  middle = images[Math.floor(images.length / 2)] ?? {};
  await person('reader', 'radiologist');
  ({ page, trouble } = await open(browser, `${url}/#/view/${study}?series=${series}`, DESKTOP));
  await signInAs(page, 'reader');
  await page.getByText('Loading…').waitFor({ state: 'detached' });
});

afterAll(() => browser.close());

const picture = (): ReturnType<Page['locator']> => page.locator('[data-tool]').first();

async function stroke(from: [number, number], to: [number, number]): Promise<void> {
  const box = await picture().boundingBox();
  if (!box) throw new Error('there is no picture');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x + from[0], y + from[1]);
  await page.mouse.down();
  await page.mouse.move(x + to[0], y + to[1], { steps: 5 });
  await page.mouse.up();
}

/** CSS pixels a millimetre, from the attributes alone: the image fits its pane. */
async function scale(): Promise<number> {
  const box = await picture().boundingBox();
  const [down, across] = (middle['00280030']?.Value ?? []) as [number, number];
  const [rows, columns] = [Number(first(middle, '00280010')), Number(first(middle, '00280011'))];
  return Math.min((box?.width ?? 0) / (columns * across), (box?.height ?? 0) / (rows * down));
}

it('measures what the attributes say, also when the picture is turned, flipped and magnified', async () => {
  const perPixel = 1 / (await scale());
  await page.keyboard.press('l');
  await stroke([-60, -40], [90, 40]);
  await page.keyboard.press('g');
  const panel = page.getByRole('complementary', { name: 'Measurements' });
  const said = panel.getByText(/^[\d.]+ mm$/);
  const length = async (): Promise<number> => parseFloat((await said.first().textContent()) ?? '');
  expect(Math.abs((await length()) - Math.hypot(150, 80) * perPixel)).toBeLessThan(0.1);
  const before = await length();
  for (const key of ['r', 'f', '+', '+']) await page.keyboard.press(key);
  expect(await length()).toBe(before);
  await page.keyboard.press('0');
  await page.keyboard.press('Control+z');
  await said.first().waitFor({ state: 'detached' });
  const narrow = 1 / (await scale()); // the panel took its room from the picture
  await page.keyboard.press('u');
  await stroke([-30, -20], [30, 40]);
  const area = parseFloat(((await panel.getByText(/^Area/).textContent()) ?? '').replace('Area', ''));
  expect(Math.abs(area / (60 * 60 * narrow ** 2) - 1)).toBeLessThan(0.01);
  await panel.getByText(/^Mean -?[\d.]+ HU$/).waitFor();
  await sound(page, 'reading-measured');
  await page.keyboard.press('g');
});

it('divides the stage, finds attributes, and cuts planes', async () => {
  await page.getByRole('button', { name: 'Layout' }).click();
  await page.getByRole('menuitem', { name: '1 × 2 panes' }).click();
  await page.getByRole('region', { name: 'Pane 2' }).waitFor();
  await page.keyboard.press('.');
  await page.getByRole('region', { name: 'Pane 2, active' }).waitFor();
  await page.keyboard.press(',');
  await page.keyboard.press('t');
  await page.getByLabel('Search attributes').fill('pixelspacing');
  await page.getByRole('button', { name: /^PixelSpacing/ }).waitFor();
  await page.getByRole('button', { name: 'Attributes' }).click();
  await page.keyboard.press('w');
  await page.keyboard.press('p');
  await page.getByText('Coronal plane').waitFor();
  await expect.poll(() => page.getByText(/^Slice \d+ of \d+/).count()).toBe(3);
  await sound(page, 'reading-planes');
  await page.keyboard.press('p');
  await page.getByText('Coronal plane').waitFor({ state: 'detached' });
  expect(trouble).toEqual([]);
});

it('fits a phone, its banner whole and its tools under the thumb', async () => {
  const phone = await open(browser, `${url}/#/view/${study}?series=${series}`, PHONE);
  await signInAs(phone.page, 'reader');
  await phone.page.getByText('Loading…').waitFor({ state: 'detached' });
  await phone.page.getByText('Not for diagnostic use').waitFor();
  expect(await misfits(phone.page)).toEqual([]);
  const place = phone.page.getByText(/^Image \d+ of \d+/);
  const before = await place.textContent();
  const box = await phone.page.locator('[data-tool]').boundingBox();
  const client = await phone.page.context().newCDPSession(phone.page);
  const touch = (type: string, y?: number): Promise<unknown> =>
    client.send('Input.dispatchTouchEvent', {
      type: type as 'touchStart',
      touchPoints: y === undefined ? [] : [{ x: 200, y }],
    });
  const start = (box?.y ?? 0) + 120;
  await touch('touchStart', start);
  for (let step = 1; step <= 6; step++) await touch('touchMove', start + step * 12);
  await touch('touchEnd');
  await expect.poll(() => place.textContent()).not.toBe(before);
  await sound(phone.page, 'reading-phone');
});
