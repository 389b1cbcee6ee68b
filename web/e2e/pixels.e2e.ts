import type { Browser, Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from './support/browser';
import { person, signInAs, url } from './support/house';

/* What is on the screen, pixel by pixel, against what the standard's formulas give. */

interface Picture {
  name: string;
  study: string;
  rows: number;
  columns: number;
  /** Rows, columns and colours in turn, 0 to 255, before rounding. */
  seen: number[];
}

const PICTURES = JSON.parse(
  readFileSync(process.env['SIXFOLD_PICTURES'] ?? '/dev/null', 'utf8') || '[]',
) as Picture[];
/** So many points of the screen a pixel, odd so that one of them is at its very middle, where nothing is interpolated. */
const TIMES = 9;
const NAME = `pixel${Date.now() % 1_000_000}`;

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch({ webgl: true }); // without, Chromium itself interpolates in coarse steps where an image is magnified
  await person(NAME, 'radiologist');
  ({ page } = await open(browser, url));
  await signInAs(page, NAME);
});

afterAll(() => browser.close());

/** Wait until the page has followed its window, and the canvas its page: who measures before corrects what is not wrong. */
async function settled(width: number, height: number): Promise<void> {
  await page.waitForFunction(
    ([width, height]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas.cornerstone-canvas');
      const room = canvas?.parentElement;
      if (!canvas || !room || innerWidth !== width || innerHeight !== height) return false;
      return canvas.width === room.clientWidth && canvas.height === room.clientHeight;
    },
    [width, height] as [number, number],
  );
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
  );
}

/** Make the window so large that the image is shown at just so many times its size. */
async function fit(rows: number, columns: number): Promise<void> {
  for (let tries = 0; tries < 25; tries++) {
    const box = await page
      .locator('canvas.cornerstone-canvas')
      .evaluate(({ width, height }: HTMLCanvasElement) => ({ width, height }));
    const wide = columns * TIMES + 2 * 40;
    const [over, beside] = [rows * TIMES - box.height, wide - box.width];
    if (over === 0 && beside === 0) return;
    const now = page.viewportSize() ?? { width: 0, height: 0 };
    const [width, height] = [now.width + beside, now.height + over].map((side) => Math.max(200, side));
    await page.setViewportSize({ width: width ?? 200, height: height ?? 200 });
    await settled(width ?? 200, height ?? 200);
  }
  throw new Error('the picture does not take the size that it is given');
}

/** The colours at the middle of every pixel of the image that stands in the middle of the canvas. */
function seenIn(rows: number, columns: number): Promise<number[]> {
  return page.evaluate(
    ([rows, columns, times]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas.cornerstone-canvas');
      const pen = canvas?.getContext('2d');
      if (!canvas || !pen) throw new Error('there is no picture');
      const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
      const [left, top] = [(canvas.width - columns * times) / 2, (canvas.height - rows * times) / 2];
      const half = (times - 1) / 2;
      const found: number[] = [];
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const at = ((top + row * times + half) * canvas.width + left + column * times + half) * 4;
          found.push(data[at] ?? -1, data[at + 1] ?? -1, data[at + 2] ?? -1);
        }
      }
      return found;
    },
    [rows, columns, TIMES] as [number, number, number],
  );
}

/** How far the farthest pixel is from what it must be, and how many are not the nearest of the 256 shades. */
function differences(picture: Picture, seen: number[]): { most: number; wrong: number } {
  const channels = picture.seen.length / (picture.rows * picture.columns);
  let [most, wrong] = [0, 0];
  seen.forEach((value, index) => {
    const place = channels === 3 ? index : Math.floor(index / 3);
    const off = Math.abs(value - (picture.seen[place] ?? NaN));
    most = Math.max(most, off);
    if (!(off <= 0.5 + 1e-6)) wrong += 1;
  });
  return { most: Math.round(most * 100) / 100, wrong };
}

it.each(PICTURES)('shows $name as the standard says', async (picture) => {
  await page.goto(`${url}/#/view/${picture.study}`);
  await page.locator('canvas.cornerstone-canvas').waitFor();
  await page.getByText('Loading…').waitFor({ state: 'detached' });
  await fit(picture.rows, picture.columns);
  await expect
    .poll(async () => differences(picture, await seenIn(picture.rows, picture.columns)), { timeout: 8000 })
    .toEqual({ most: expect.any(Number) as number, wrong: 0 });
});
