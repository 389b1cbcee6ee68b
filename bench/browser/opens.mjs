/*
 * Opens addresses one after the other in one Chromium and tells of each, as a line of JSON, whether a picture was drawn there:
 * `node opens.mjs '{"urls": [...], "headers": ..., "patience": ms}'`.
 */
import { chromium, options } from './chromium.mjs';

/** Runs in the page: whether any viewport shows more than one shade, or a document, film or tracing. */
function shown() {
  const small = document.createElement('canvas');
  small.width = small.height = 32;
  const pen = small.getContext('2d', { willReadFrequently: true });
  for (const canvas of document.querySelectorAll('canvas.cornerstone-canvas')) {
    if (!canvas.width || !canvas.height) continue;
    pen.drawImage(canvas, 0, 0, 32, 32);
    const { data } = pen.getImageData(0, 0, 32, 32);
    const first = data[0];
    if (data.some((value, at) => at % 4 !== 3 && Math.abs(value - first) > 2)) return 'image';
  }
  if (document.querySelector('object[type*=pdf], embed[type*=pdf], iframe')) return 'document';
  if (document.querySelector('video')) return 'video';
  return null;
}

const { urls, headers = {}, patience = 20_000 } = JSON.parse(process.argv[2]);
const browser = await chromium.launch(options());
const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, extraHTTPHeaders: headers });
for (const url of urls) {
  const page = await context.newPage();
  let found = null;
  try {
    await page.goto(url, { waitUntil: 'commit' });
    for (const until = Date.now() + patience; found === null && Date.now() < until; ) {
      await new Promise((done) => setTimeout(done, 200));
      found = await page.evaluate(shown).catch(() => null);
    }
  } catch {
    found = null;
  }
  console.log(JSON.stringify({ url, shown: found }));
  await page.close();
}
await browser.close();
