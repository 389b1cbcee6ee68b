import type { Multiplex } from './model';
import type { Paper, Sheet, Strip } from './sheet';

/** The part of the sheet that is on screen, in CSS pixels. */
export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

const INK = { fine: '#26191b', strong: '#4a2a2e', trace: '#e8f4f6', words: '#ffd9a0' };

/** Draw what is in the window, and nothing else: a day of ECG is no wider than the screen. */
export function draw(
  context: CanvasRenderingContext2D,
  sheet: Sheet,
  multiplex: Multiplex,
  paper: Paper,
  window: Window,
): void {
  context.clearRect(0, 0, window.width, window.height);
  context.save();
  context.translate(-window.left, -window.top);
  grid(context, paper, window);
  for (const strip of sheet.strips) trace(context, strip, multiplex.frequency, paper, window);
  context.restore();
}

/** Lines each millimetre, stronger each five (0.2 s and 0.5 mV at the usual scale). */
function grid(
  context: CanvasRenderingContext2D,
  { pixels }: Paper,
  { left, top, width, height }: Window,
): void {
  for (const [step, ink] of [
    [1, INK.fine],
    [5, INK.strong],
  ] as const) {
    const side = step * pixels;
    if (side < 3) continue;
    context.strokeStyle = ink;
    context.beginPath();
    for (let x = Math.floor(left / side) * side; x <= left + width; x += side) {
      context.moveTo(x, top);
      context.lineTo(x, top + height);
    }
    for (let y = Math.floor(top / side) * side; y <= top + height; y += side) {
      context.moveTo(left, y);
      context.lineTo(left + width, y);
    }
    context.stroke();
  }
}

function trace(
  context: CanvasRenderingContext2D,
  strip: Strip,
  frequency: number,
  paper: Paper,
  window: Window,
): void {
  const { pixels, speed } = paper;
  const perSecond = speed * pixels;
  const toX = (sample: number): number => strip.x * pixels + (sample / frequency - strip.from) * perSecond;
  const toSample = (x: number): number => ((x - strip.x * pixels) / perSecond + strip.from) * frequency;
  const first = Math.max(Math.floor(strip.from * frequency), Math.floor(toSample(window.left)) - 1);
  const last = Math.min(
    strip.channel.values.length,
    strip.to * frequency,
    Math.ceil(toSample(window.left + window.width)) + 1,
  );
  const y = strip.y * pixels;
  context.strokeStyle = INK.trace;
  context.lineWidth = Math.max(1, pixels / 3.2);
  context.lineJoin = 'round';
  context.beginPath();
  let down = false;
  for (let sample = first; sample < last; sample++) {
    const value = strip.channel.values[sample] ?? NaN;
    if (Number.isNaN(value)) {
      down = false;
      continue;
    }
    const place = y - (value - strip.zero) * strip.scale * pixels;
    if (down) context.lineTo(toX(sample), place);
    else context.moveTo(toX(sample), place);
    down = true;
  }
  context.stroke();
  context.lineWidth = 1;
  context.fillStyle = INK.words;
  context.font = '600 13px system-ui, sans-serif';
  // A name stays in sight while its trace scrolls by.
  const x = Math.max(strip.x * pixels, Math.min(window.left, toX(strip.to * frequency) - 60)) + 6;
  context.fillText(strip.channel.name, x, y - 9 * pixels);
}
