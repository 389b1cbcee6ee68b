import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults, launch, misfits, open, PHONE, shot } from './support/browser';
import { api, cleared, person, signInAs, token, url } from './support/house';

/**
 * What is said of images, against a running server with its demonstration hospital:
 * SIXFOLD_URL=http://127.0.0.1:8080 SIXFOLD_TOKEN=sxf_... npm run e2e -- marks
 */
const RUN = Date.now().toString(36);
const READER = `rita-${RUN}`;
const SQUARE = `A square ${RUN}`;

type DataSet = Record<string, { Value?: unknown[] } | undefined>;

interface Row {
  study_uid: string;
  modalities: string[];
}

async function dicomweb(path: string): Promise<DataSet[]> {
  const headers = { Authorization: `Bearer ${token}`, Accept: 'application/dicom+json' };
  const response = await fetch(`${url}/dicomweb/${path}`, { headers });
  return (await response.json()) as DataSet[];
}

const first = (dataSet: DataSet | undefined, tag: string): string => String(dataSet?.[tag]?.Value?.[0] ?? '');

/** A study with a stack of CT, and a segmentation of it: a square in the middle of every image. */
async function segmented(): Promise<string> {
  const closed = await api<{ patient_key: string }[]>('GET', 'governance/restrictions');
  const { rows } = await api<{ rows: (Row & { patient_key: string })[] }>('GET', 'studies?limit=100');
  const open = rows.filter(({ patient_key }) => closed.every((one) => one.patient_key !== patient_key));
  const study = open.find(({ modalities }) => modalities.includes('CT'))?.study_uid ?? '';
  await cleared(study);
  const series = (await dicomweb(`studies/${study}/series`)).find((one) => first(one, '00080060') === 'CT');
  const uid = first(series, '0020000E');
  const instances = await dicomweb(`studies/${study}/series/${uid}/metadata`);
  const [rows_, columns] = ['00280010', '00280011'].map((tag) => Number(first(instances[0], tag)));
  const mask = square(rows_ ?? 0, columns ?? 0);
  await api('POST', `viewer/studies/${study}/segmentations`, {
    id: `e2e-${RUN}`,
    series_uid: uid,
    label: SQUARE,
    segments: [{ number: 1, label: 'Square' }],
    frames: instances.map((one) => ({ segment: 1, sop_uid: first(one, '00080018') })),
    masks: gzipSync(Buffer.concat(instances.map(() => mask))).toString('base64'),
  });
  return study;
}

function square(rows: number, columns: number): Buffer {
  const bits = Buffer.alloc(Math.ceil((rows * columns) / 8));
  for (let row = Math.floor(rows / 3); row < rows / 2; row++)
    for (let column = Math.floor(columns / 3); column < columns / 2; column++) {
      const at = row * columns + column;
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
    }
  return bits;
}

const drawn = (page: Page) => page.locator('svg[aria-hidden] g[data-own]');

async function images(page: Page): Promise<void> {
  await page
    .getByRole('img', { name: /image \d+ of/ })
    .first()
    .waitFor();
  await page
    .getByText(/^W \d+ L -?\d+/)
    .first()
    .waitFor(); // once a picture is drawn
}

async function stroke(page: Page): Promise<void> {
  const box = await page
    .getByRole('img', { name: /image \d+ of/ })
    .first()
    .boundingBox();
  if (!box) throw new Error('there is no picture');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.keyboard.press('l');
  await page.mouse.move(x - 60, y - 20);
  await page.mouse.down();
  await page.mouse.move(x + 40, y + 30, { steps: 4 });
  await page.mouse.up();
}

describe.skipIf(!url || !token)('what is said of images', () => {
  let browser: Browser;
  let study: string;
  beforeAll(async () => {
    browser = await launch();
    [study] = await Promise.all([segmented(), person(READER, 'radiologist')]);
  });
  afterAll(() => browser.close());

  it('keeps a length, a key image and a presentation, and shows segments', { timeout: 120_000 }, async () => {
    const { page, trouble } = await open(browser, `${url}/#/view/${study}`);
    await signInAs(page, READER);
    await page.goto(`${url}/#/view/${study}`);
    await images(page);
    await stroke(page);
    await page.getByRole('button', { name: 'Save 1 mark' }).waitFor();
    await page.reload(); // what is not saved is not lost either
    await images(page);
    await page.getByRole('button', { name: 'Save 1 mark' }).waitFor();
    await drawn(page).first().waitFor();
    const failing = {
      status: 500,
      contentType: 'application/problem+json',
      body: '{"detail":"The disk is full."}',
    };
    await page.route('**/measurements', (route) => route.fulfill(failing));
    await page.keyboard.press('Control+s');
    await page.getByText('Not saved: The disk is full. The marks stay in this browser.').waitFor();
    await page.unroute('**/measurements');
    await page.keyboard.press('Control+s');
    await page.getByRole('button', { name: 'Everything is saved' }).waitFor();
    await page.keyboard.press('k');
    await page.getByText('Key image', { exact: true }).waitFor();
    await page.keyboard.press('i');
    await page.getByRole('button', { name: 'Kept with the images' }).click();
    const panel = page.getByRole('complementary', { name: 'Kept with the images' });
    await panel.getByLabel('Keep how the image is shown now').fill(`inverted ${RUN}`);
    await panel.getByRole('button', { name: 'Keep', exact: true }).click();
    await panel.getByRole('button', { name: new RegExp(`^inverted ${RUN}`) }).waitFor();

    await page.reload();
    await images(page);
    await drawn(page).first().waitFor();
    await page.getByText('Key image', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Kept with the images' }).click();
    await panel.getByText(/^Length \d/).waitFor();
    await panel.getByRole('button', { name: new RegExp(`^inverted ${RUN}`) }).click();
    await page.getByRole('button', { name: 'Invert', exact: true, pressed: true }).waitFor();
    await panel.getByLabel(SQUARE).check();
    await page.getByRole('img', { name: 'Segments: Square' }).waitFor();
    await panel.getByLabel('1 Square').uncheck();
    await page.getByRole('img', { name: 'Segments: Square' }).waitFor({ state: 'detached' });
    await panel.getByLabel('1 Square').check();
    await panel.getByLabel('Key images only').check();
    await page.keyboard.press('ArrowDown');
    await page.getByText('Key image', { exact: true }).waitFor();
    await shot(page, 'marks');
    expect(await faults(page)).toEqual([]);

    await page.keyboard.press('g');
    await page.getByRole('button', { name: 'Delete Length' }).click();
    await page.getByText('Length deleted.').waitFor();
    await page.reload(); // it is gone where it was kept
    await images(page);
    await drawn(page).first().waitFor({ state: 'detached' });
    await stroke(page);
    await page.getByRole('button', { name: 'Save 1 mark' }).waitFor();
    await page.keyboard.press('Control+s');
    await page.getByRole('button', { name: 'Everything is saved' }).waitFor();
    await page.keyboard.press('Delete');
    await page.getByText('Length deleted.').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
    await page.getByText('Length is back.').waitFor();
    await page.reload();
    await images(page);
    await drawn(page).first().waitFor();
    await page.getByRole('button', { name: 'Kept with the images' }).click();
    await panel.getByRole('button', { name: 'Take back the report of 1 mark' }).click();
    await drawn(page).first().waitFor({ state: 'detached' });
    expect(trouble).toEqual([]);
  });

  it('can be done with a thumb', async () => {
    const { page, trouble } = await open(browser, `${url}/#/view/${study}`, PHONE);
    await signInAs(page, READER);
    await page.goto(`${url}/#/view/${study}`);
    await images(page);
    await page.getByRole('button', { name: 'Key image', exact: true }).tap();
    await page.getByRole('button', { name: 'Kept with the images' }).tap();
    const panel = page.getByRole('complementary', { name: 'Kept with the images' });
    await panel.getByRole('switch', { name: SQUARE }).tap({ force: true });
    await panel.getByText('1 Square').waitFor();
    await shot(page, 'marks-phone');
    expect(await misfits(page)).toEqual([]);
    expect(await faults(page)).toEqual([]);
    expect(trouble).toEqual([]);
  });
});
