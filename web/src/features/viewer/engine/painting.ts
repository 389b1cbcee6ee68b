import type { Frame } from '../frames';
import type { Picture } from './pictures';
import type { Matrix } from './placement';
import { modalityOf, paintColour, paintGray, paintPalette, shader, windowOver } from './shading';
import type { Looks } from './tables';
import type { Window } from './view';

interface Painted {
  frame: Frame;
  picture: Picture;
  looks: Looks;
}

/** The least and the greatest value of pixels. */
function extent(pixels: ArrayLike<number>): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < pixels.length; at++) {
    const value = pixels[at] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? [least, most] : [0, 0];
}

/** One image at a time on one canvas: first its shades, pixel by pixel, then those where they belong in the pane. */
export class Painting {
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  readonly #sheet = document.createElement('canvas');
  readonly #sheetContext: CanvasRenderingContext2D;
  #data: ImageData | null = null;
  #extent: [number, number] = [0, 0];
  #on: { picture: Picture; window: Window | null; inverted: boolean } | null = null;
  #window: Window | null = null;
  #pane: [number, number] = [0, 0];

  constructor(private readonly element: HTMLElement) {
    const [context, sheet] = [this.#canvas.getContext('2d'), this.#sheet.getContext('2d')];
    if (!context || !sheet) throw new Error('This browser cannot draw.');
    [this.#context, this.#sheetContext] = [context, sheet];
    this.#canvas.className = 'cornerstone-canvas';
    this.#canvas.style.cssText = 'position:absolute;inset:0 auto auto 0';
    element.append(this.#canvas);
    this.resize();
  }

  /** Width and height in CSS pixels. */
  get pane(): [number, number] {
    return this.#pane;
  }

  /** Take the size of the element; false when it has none, or the same. */
  resize(): boolean {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || height === 0) return false; // hidden behind a pane that stands alone
    const scale = globalThis.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.#canvas.width === across && this.#canvas.height === down) return false;
    [this.#canvas.width, this.#canvas.height] = [across, down];
    // A point of the canvas is a point of the screen, also where the pane ends between two.
    [this.#canvas.style.width, this.#canvas.style.height] = [`${across / scale}px`, `${down / scale}px`];
    this.#pane = [width, height];
    return true;
  }

  /** Draw an image; gives the window that it is shown in, null where a table or colours decide. */
  paint(shown: Painted, matrix: Matrix, window: Window | null, inverted: boolean): Window | null {
    const on = this.#on;
    if (on?.picture !== shown.picture || on.window !== window || on.inverted !== inverted) {
      this.#window = this.#shade(shown, window, inverted);
      this.#on = { picture: shown.picture, window, inverted };
    }
    this.#place(matrix);
    return this.#window;
  }

  #shade(shown: Painted, wanted: Window | null, inverted: boolean): Window | null {
    const { picture, looks } = shown;
    const { pixels, samples } = picture;
    const data = this.#sheetFor(picture.columns, picture.rows);
    const out = new Uint32Array(data.data.buffer);
    let window: Window | null = null;
    if (looks.palette) paintPalette(pixels, out, looks.palette);
    else if (samples > 1) paintColour(pixels, out, samples);
    else window = this.#gray(shown, out, wanted, inverted);
    this.#sheetContext.putImageData(data, 0, 0);
    return window;
  }

  #gray(
    { picture, looks }: Painted,
    out: Uint32Array,
    wanted: Window | null,
    inverted: boolean,
  ): Window | null {
    const { shading } = looks;
    const { pixels } = picture;
    if (this.#on?.picture !== picture) this.#extent = extent(pixels);
    const [least = 0, most = 0] = this.#extent.map(modalityOf(shading) ?? Number);
    const useTable = wanted === null && shading.table !== null;
    const window = wanted ?? shading.window ?? windowOver(least, most);
    paintGray(pixels, out, this.#extent, shader(shading, { window, useTable, inverted }));
    return useTable ? null : window;
  }

  #sheetFor(columns: number, rows: number): ImageData {
    if (this.#data?.width !== columns || this.#data.height !== rows) {
      [this.#sheet.width, this.#sheet.height] = [columns, rows];
      this.#data = this.#sheetContext.createImageData(columns, rows);
    }
    return this.#data;
  }

  #place(matrix: Matrix): void {
    const context = this.#context;
    const scale = this.#canvas.width / (this.#pane[0] || 1);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = '#000';
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    const [a, b, c, d, e, f] = matrix.map((part) => part * scale) as Matrix;
    context.setTransform(a, b, c, d, e, f);
    context.imageSmoothingEnabled = true;
    // Smaller than it is, an image would lose every other line without more care.
    context.imageSmoothingQuality = Math.hypot(a, b) < 0.75 ? 'medium' : 'low';
    context.drawImage(this.#sheet, 0, 0);
  }
}
