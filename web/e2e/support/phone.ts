import type { CDPSession, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { faults, misfits, shot } from './browser';

/** A phone as slow as phones are: its processor takes this many times as long as ours. */
const SLOWER = 4;

type Place = [x: number, y: number];

const STEPS = [0, 1, 2, 3, 4, 5, 6].map((step) => step / 6);

/** A page in the hand of somebody with one thumb. */
export class Thumb {
  private constructor(
    readonly page: Page,
    private readonly client: CDPSession,
  ) {}

  static async on(page: Page): Promise<Thumb> {
    const thumb = new Thumb(page, await page.context().newCDPSession(page));
    await thumb.#slow(SLOWER);
    return thumb;
  }

  async tap(role: Parameters<Page['getByRole']>[0], name: string | RegExp): Promise<void> {
    await this.press(this.page.getByRole(role, { name, exact: typeof name === 'string' }).first());
  }

  /**
   * A quick tap: down and up are sent at once, for one that waits for a busy page would be a long press. Where the browser
   * made no click of it, as it may while something still scrolls, the thumb taps again.
   */
  async press(control: Locator): Promise<void> {
    for (let tries = 3; tries > 0; tries--) {
      await control.tap({ trial: true });
      const box = await control.boundingBox();
      if (!box) throw new Error(`${String(control)} is not on the page`);
      await this.page.evaluate(() => {
        const page = window as unknown as { clicked: Promise<boolean> };
        page.clicked = new Promise((done) => {
          window.addEventListener('click', () => done(true), { capture: true, once: true });
          setTimeout(() => done(false), 2_000);
        });
      });
      await this.#touch([[[box.x + box.width / 2, box.y + box.height / 2]]]);
      if (await this.page.evaluate(() => (window as unknown as { clicked: Promise<boolean> }).clicked))
        return;
    }
    throw new Error(`${String(control)} takes no taps`);
  }

  /** Draw a line with a finger, by fractions of the picture in view. */
  async stroke([fromX, fromY]: Place, [toX, toY]: Place, picture = 0): Promise<void> {
    const { x, y, width, height } = await this.box(picture);
    await this.#touch(
      STEPS.map((share): Place[] => [
        [x + width * (fromX + (toX - fromX) * share), y + height * (fromY + (toY - fromY) * share)],
      ]),
    );
  }

  /** Two fingers that go apart, about the middle of the picture. */
  async pinch(from: number, to: number): Promise<void> {
    const { x, y, width, height } = await this.box();
    await this.#touch(
      STEPS.map((share) =>
        [-1, 1].map((side): Place => {
          const apart = from + (to - from) * share;
          return [x + width / 2 + (side * apart) / 2, y + height / 2];
        }),
      ),
    );
  }

  async box(picture = 0): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await this.page.locator('[data-tool]:visible').nth(picture).boundingBox();
    if (!box) throw new Error('there is no picture');
    return box;
  }

  /** What is on the screen can be seen, read and hit: axe finds nothing, every control is large enough and uncovered. */
  async sound(name: string): Promise<void> {
    await this.#slow(1); // axe reads every element: its patience is not what is tried here
    expect.soft(await faults(this.page), name).toEqual([]);
    expect.soft(await misfits(this.page), name).toEqual([]);
    expect.soft(await covered(this.page), name).toEqual([]);
    await shot(this.page, `thumb-${name}`);
    await this.#slow(SLOWER);
  }

  async #slow(rate: number): Promise<void> {
    await this.client.send('Emulation.setCPUThrottlingRate', { rate });
  }

  /** Fingers go down at the first places, over the others, and up. */
  async #touch(path: Place[][]): Promise<void> {
    const points = (places: Place[]) => places.map(([x, y], id) => ({ x, y, id }));
    const steps = path.map((places, at) => {
      const type = at === 0 ? ('touchStart' as const) : ('touchMove' as const);
      return this.client.send('Input.dispatchTouchEvent', { type, touchPoints: points(places) });
    });
    const end = this.client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await Promise.all([...steps, end]);
  }
}

/** Controls of which the middle is on the screen, in no part that is scrolled away, and lies under something else. */
function covered(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const modal = document.querySelector('[role=dialog][aria-modal=true], [role=menu]');
    const controls = [
      ...(modal ?? document).querySelectorAll('button, a[href], input, select, [role=menuitem]'),
    ];
    const clipped = (control: Element, x: number, y: number): boolean => {
      for (let box = control.parentElement; box; box = box.parentElement) {
        if (!/auto|scroll|hidden|clip/.test(getComputedStyle(box).overflow)) continue;
        const { left, right, top, bottom } = box.getBoundingClientRect();
        if (x < left || x > right || y < top || y > bottom) return true;
      }
      return false;
    };
    const seen = (control: Element): [x: number, y: number] | null => {
      const { left, top, width, height } = control.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const there = width > 1 && control.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      const onScreen = x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight;
      return there && onScreen && !clipped(control, x, y) ? [x, y] : null;
    };
    const labelOf = (control: Element): Element | null =>
      control.closest('label') ?? document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
    return controls.flatMap((control) => {
      const place = seen(control);
      const hit = place && document.elementFromPoint(...place);
      const own = [control, labelOf(control)].some(
        (one) => one && hit && (one.contains(hit) || hit.contains(one)),
      );
      if (!place || own) return [];
      const name = control.getAttribute('aria-label') ?? control.textContent;
      return [`${name} lies under ${hit?.outerHTML.slice(0, 120)}`];
    });
  });
}
