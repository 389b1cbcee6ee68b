/*
 * Opens one address in a fresh Chromium and tells, as one line of JSON, when the first image was drawn, what had come over the
 * wire by then and in all, and how much memory the browser held. `node view.mjs '{"url": ..., "headers": ..., "idle": ms}'`.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { chromium, options } from './chromium.mjs';

/** Runs in the page: notes when the image engine has first drawn more than one shade into one of its canvases. */
function watchForImage() {
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  const small = document.createElement('canvas');
  small.width = small.height = 16;
  const pen = small.getContext('2d', { willReadFrequently: true });
  const shades = (canvas) => {
    draw.call(pen, canvas, 0, 0, 16, 16);
    const { data } = pen.getImageData(0, 0, 16, 16);
    const red = [...data].filter((_, at) => at % 4 === 0);
    return Math.max(...red) - Math.min(...red);
  };
  window.__images = { first: null, drawn: 0 };
  CanvasRenderingContext2D.prototype.drawImage = function drawImage(...args) {
    draw.apply(this, args);
    const { canvas } = this;
    if (!(canvas instanceof HTMLCanvasElement) || !canvas.classList.contains('cornerstone-canvas')) return;
    window.__images.drawn += 1;
    if (window.__images.first !== null) return;
    const at = performance.now(); // reading the canvas back takes its time
    if (shades(canvas) > 24) window.__images.first = at;
  };
}

function descendants(root) {
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const after = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').pop();
      parents.set(Number(name), Number(after.split(' ')[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const found = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of parents) {
      if (found.has(parent) && !found.has(pid)) {
        found.add(pid);
        grown = true;
      }
    }
  }
  return [...found];
}

/** Proportional set size of the browser and all that it started, in bytes. */
function memory(root) {
  let total = 0;
  for (const pid of descendants(root)) {
    try {
      total += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1024;
    } catch {
      // As above.
    }
  }
  return total;
}

/** Images that are drawn in a second while the wheel turns by a notch for each picture of the screen. */
function scrolled() {
  return page.evaluate(async () => {
    const canvas = document.querySelector('canvas.cornerstone-canvas');
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const place = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
    const target = document.elementFromPoint(place.clientX, place.clientY) ?? canvas;
    const turn = async (milliseconds, deltaY) => {
      for (const until = performance.now() + milliseconds; performance.now() < until; ) {
        target.dispatchEvent(new WheelEvent('wheel', { ...place, deltaY }));
        await new Promise(requestAnimationFrame);
      }
    };
    await turn(500, 100);
    const [before, started] = [window.__images.drawn, performance.now()];
    await turn(3000, -100);
    return ((window.__images.drawn - before) * 1000) / (performance.now() - started);
  });
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const asked = JSON.parse(process.argv[2]);
const { url, headers = {}, idle = 3000, images = 0, limit = 240_000, webgl } = asked;

const server = await chromium.launchServer(options({ webgl }));
const browser = await chromium.connect(server.wsEndpoint());
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, extraHTTPHeaders: headers });
await context.addInitScript(watchForImage);
const page = await context.newPage();
const trouble = [];
let bytes = 0;
let requests = 0;
let frames = 0;
let lastAt = Date.now();
page.on('pageerror', (error) => trouble.push(String(error).slice(0, 300)));
page.on('request', () => {
  lastAt = Date.now();
});
page.on('requestfinished', async (request) => {
  try {
    const { responseBodySize, responseHeadersSize } = await request.sizes();
    bytes += responseBodySize + responseHeadersSize;
    requests += 1;
    if (/\/frames\//.test(request.url())) frames += 1;
  } catch {
    // The page went away.
  }
  lastAt = Date.now();
});

const told = { first_image_ms: null, first_bytes: null };
await page.goto(url, { waitUntil: 'commit' });
const started = Date.now();
while (Date.now() - started < limit) {
  const first = await page.evaluate(() => window.__images?.first ?? null).catch(() => null);
  if (first !== null) {
    told.first_image_ms = first;
    told.first_bytes = bytes;
    break;
  }
  await sleep(25);
}
while (Date.now() - started < limit && (frames < images || Date.now() - lastAt < idle)) await sleep(100);
told.all_ms = lastAt - started;
told.bytes = bytes;
told.requests = requests;
told.frames = frames;
told.memory = memory(server.process().pid);
told.heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? null).catch(() => null);
told.trouble = trouble;
told.images_a_second = images && told.first_image_ms !== null ? await scrolled() : null;
if (process.env.SIXFOLD_SHOT) await page.screenshot({ path: process.env.SIXFOLD_SHOT });
console.log(JSON.stringify(told));
await browser.close();
await server.close();
