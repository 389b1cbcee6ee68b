import { describe, expect, it, vi } from 'vitest';
import type { View } from '../engine/view';
import { cacheBytes } from '../engine/device';
import { NO_VIEW } from '../engine/view';
import { draggedWindow, dragOf } from './drags';
import { listen, type Drag, type Gestures } from './gestures';

const press = (
  element: HTMLElement,
  type: string,
  x: number,
  y: number,
  more: PointerEventInit = {},
): void => {
  element.dispatchEvent(
    new PointerEvent(type, {
      clientX: x,
      clientY: y,
      pointerId: 1,
      button: 0,
      pointerType: 'mouse',
      bubbles: true,
      ...more,
    }),
  );
};

function surface(drag: Drag | null = null): {
  element: HTMLElement;
  gestures: Record<keyof Gestures, ReturnType<typeof vi.fn>>;
  stop: () => void;
} {
  const element = document.createElement('div');
  element.setPointerCapture = (): void => undefined;
  const gestures = {
    press: vi.fn(() => drag),
    pinch: vi.fn(),
    wheel: vi.fn(),
    hold: vi.fn(),
    double: vi.fn(),
    hover: vi.fn(),
  };
  return { element, gestures, stop: listen(element, () => gestures as unknown as Gestures) };
}

describe('hands on a picture', () => {
  it('drag in steps, and tell a tap from a stroke', () => {
    const drag = { move: vi.fn(), end: vi.fn() };
    const { element, stop } = surface(drag);
    press(element, 'pointerdown', 10, 10);
    press(element, 'pointermove', 12, 11); // a trembling hand
    press(element, 'pointermove', 30, 10);
    press(element, 'pointerup', 30, 10);
    expect(drag.move).toHaveBeenCalledOnce();
    expect(drag.move.mock.calls[0]?.slice(0, 2)).toEqual([
      [30, 10],
      [20, 0],
    ]);
    expect(drag.end).toHaveBeenCalledWith([30, 10], true);
    stop();
  });

  it('zoom with two fingers, and drop what the first one did', () => {
    const drag = { move: vi.fn(), cancel: vi.fn() };
    const { element, gestures, stop } = surface(drag);
    const finger = (pointerId: number): PointerEventInit => ({ pointerId, pointerType: 'touch' });
    press(element, 'pointerdown', 0, 0, finger(1));
    press(element, 'pointerdown', 100, 0, finger(2));
    expect(drag.cancel).toHaveBeenCalledOnce();
    press(element, 'pointermove', 200, 0, finger(2));
    expect(gestures.pinch).toHaveBeenCalledWith([100, 0], 2, [50, 0]);
    stop();
  });

  it('ask for the menu when a finger rests', () => {
    vi.useFakeTimers();
    const { element, gestures, stop } = surface();
    press(element, 'pointerdown', 5, 5, { pointerType: 'touch' });
    vi.advanceTimersByTime(600);
    expect(gestures.hold).toHaveBeenCalledWith([5, 5]);
    stop();
    vi.useRealTimers();
  });

  it('ask for no menu when the step of a finger is told late, as on a slow phone', () => {
    vi.useFakeTimers();
    const { element, gestures, stop } = surface();
    press(element, 'pointerdown', 5, 5, { pointerType: 'touch' });
    vi.advanceTimersByTime(501); // the time is up, the next frame not yet there
    press(element, 'pointermove', 50, 5, { pointerType: 'touch' });
    vi.advanceTimersByTime(100);
    expect(gestures.hold).not.toHaveBeenCalled();
    stop();
    vi.useRealTimers();
  });

  it('turn the wheel image by image', () => {
    const { element, gestures, stop } = surface();
    const wheel = (deltaY: number): boolean =>
      element.dispatchEvent(new WheelEvent('wheel', { deltaY, cancelable: true }));
    wheel(120);
    expect(gestures.wheel.mock.calls[0]?.[1]).toBe(1);
    for (let n = 0; n < 12; n++) wheel(-10); // a touchpad
    expect(gestures.wheel.mock.calls.slice(1).map(([, steps]) => steps as number)).toEqual([-1]);
    stop();
  });
});

describe('tools that leave nothing behind', () => {
  const view = (count: number): View =>
    ({
      state: { ...NO_VIEW, count, window: { center: 40, width: 400 } },
      scrollBy: vi.fn(),
      setWindow: vi.fn(),
    }) as unknown as View;
  const event = {} as PointerEvent;

  it('widen the window to the right and brighten it upwards', () => {
    expect(draggedWindow({ center: 40, width: 300 }, [30, -30])).toEqual({ center: 70, width: 330 });
    expect(draggedWindow({ center: 40, width: 2 }, [-9999, 0]).width).toBe(1);
  });

  it('scroll a long stack under one stroke', () => {
    const [short, long] = [view(20), view(1000)];
    dragOf('scroll', short)?.move([0, 0], [0, 24], event);
    dragOf('scroll', long)?.move([0, 0], [0, 24], event);
    expect(short.scrollBy).toHaveBeenCalledWith(3);
    expect(long.scrollBy).toHaveBeenCalledWith(15);
    expect(dragOf('length', short)).toBeNull();
  });
});

it('keeps less on a phone, and never more than its share', () => {
  const mib = 1024 * 1024;
  expect(cacheBytes(8, false)).toBe(Math.round(8 * 1024 * mib * 0.2));
  expect(cacheBytes(64, false)).toBe(2048 * mib);
  expect(cacheBytes(8, true)).toBe(384 * mib);
  expect(cacheBytes(0.5, true)).toBe(256 * mib);
});
