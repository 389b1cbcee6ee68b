import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DESKTOP, launch, misfits, open, PHONE, sound } from './support/browser';
import { api, cleared, person, signInAs, token, url } from './support/house';

/* The reading room of a running server, on a series of its demonstration hospital. */

type DataSet = Record<string, { Value?: unknown[] } | undefined>;

const ask = async (path: string): Promise<DataSet[]> => {
  const headers = { Authorization: `Bearer ${token}`, Accept: 'application/dicom+json' };
  return (await (await fetch(`${url}/dicomweb/${path}`, { headers })).json()) as DataSet[];
};
const first = (dataSet: DataSet | undefined, tag: string): string => String(dataSet?.[tag]?.Value?.[0] ?? '');

const READER = `reader-${Date.now().toString(36)}`;

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
  await cleared(study);
  await person(READER, 'radiologist');
  ({ page, trouble } = await open(browser, `${url}/#/view/${study}?series=${series}`, DESKTOP));
  await signInAs(page, READER);
  await page.getByText('Loading…').waitFor({ state: 'detached' });
});

afterAll(async () => {
  await cleared(study);
  await browser.close();
});

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

it('draws with the keys alone, and says what it does', async () => {
  const said = page.getByRole('status', { name: 'Drawing by keys' });
  await page.keyboard.press('l');
  await expect.poll(() => said.textContent()).toMatch(/^Length\. Enter draws/);
  await page.keyboard.press('Enter');
  await page.locator('[data-caret]').waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => said.textContent()).toBe('Point 1 of 2 set.');
  const place = await page.getByText(/^Image \d+ of/).textContent();
  for (let n = 0; n < 3; n++) await page.keyboard.press('Shift+ArrowRight');
  for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowDown');
  await expect.poll(() => said.textContent()).toMatch(/^Column \d+, row \d+$/);
  await page.keyboard.press('Enter');
  const [down, across] = (middle['00280030']?.Value ?? []) as [number, number];
  await expect.poll(() => said.textContent()).toMatch(/^Drawn\. [\d.]+ mm/);
  const length = parseFloat(((await said.textContent()) ?? '').replace('Drawn. ', ''));
  const pixels = Math.max(1, (await scale()) * across) / ((await scale()) * across); // a step is a pixel of the screen at least
  expect(Math.abs(length - Math.hypot(30 * across, 4 * down) * pixels)).toBeLessThan(0.2);
  expect(await page.getByText(/^Image \d+ of/).textContent()).toBe(place);
  await page.keyboard.press('a'); // another tool, the caret stays
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect.poll(() => said.textContent()).toBe('The mark was given up.');
  await page.keyboard.press('Escape');
  await page.locator('[data-caret]').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await page.keyboard.press('w');
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
  await measuresInPlane();
  await sound(page, 'reading-planes');
  await page.keyboard.press('p');
  await page.getByText('Coronal plane').waitFor({ state: 'detached' });
  expect(trouble).toEqual([]);
});

/** A length in the coronal plane is one in the patient, is kept, comes back, and shows where the images go through it. */
async function measuresInPlane(): Promise<void> {
  const coronal = page.getByRole('region', { name: /^Pane 2/ });
  const marks = coronal.locator('g[data-own]');
  const box = await coronal.locator('[data-tool]').boundingBox();
  if (!box) throw new Error('there is no plane');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.getByText('Loading…').waitFor({ state: 'detached' });
  await page.keyboard.press('l');
  await page.mouse.move(x - 20, y - 30);
  await page.mouse.down();
  await page.mouse.move(x + 20, y + 30, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => marks.count()).toBe(1);
  await marks.getByText(/^[\d.]+ mm$/).waitFor();
  const pierced = page.getByRole('region', { name: /^Pane [14]/ }).locator('[data-pierced]');
  await expect.poll(() => pierced.count()).toBeGreaterThan(0);
  const said = await marks.getByText(/^[\d.]+ mm$/).textContent();
  await page.getByRole('button', { name: /^Save \d+ marks?$/ }).waitFor();
  await page.keyboard.press('Control+s');
  await page.getByRole('button', { name: 'Everything is saved' }).waitFor();
  const kept = await api<Kept>('GET', `viewer/studies/${study}/marks`);
  const [mark] = kept.measurements.flatMap((one) => one.marks).filter(({ space }) => space.length > 0);
  const [a = [], b = []] = mark?.space ?? [];
  const length = Math.hypot(...a.map((part, axis) => part - (b[axis] ?? NaN)));
  expect(Math.abs(length - parseFloat(said ?? ''))).toBeLessThan(0.06);
  expect(Math.abs((a[1] ?? NaN) - (b[1] ?? NaN))).toBeLessThan(0.01); // both ends in the coronal plane
  await page.reload();
  await page
    .getByText(/^W \d+ L/)
    .first()
    .waitFor();
  await page.keyboard.press('p');
  await expect.poll(() => marks.count(), { timeout: 15_000 }).toBe(1);
  await page.keyboard.press('w');
}

interface Kept {
  measurements: { marks: { space: number[][] }[] }[];
}

it('fits a phone, its banner whole and its tools under the thumb', async () => {
  const phone = await open(browser, `${url}/#/view/${study}?series=${series}`, PHONE);
  await signInAs(phone.page, READER);
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
