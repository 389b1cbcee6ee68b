import { renderHook } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { keyName, keysAreTaken, useHotkeys } from './hotkeys';

const press = (init: KeyboardEventInit, target: EventTarget = document.body): KeyboardEvent => {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
};

describe('keyName', () => {
  const plain = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false };
  it.each([
    [{ key: '?', shiftKey: true }, '?'],
    [{ key: 'Enter', shiftKey: true }, 'Shift+Enter'],
    [{ key: 'R' }, 'r'],
    [{ key: 'R', shiftKey: true }, 'R'],
    [{ key: 'k', metaKey: true }, 'Mod+k'],
    [{ key: 'ArrowDown' }, 'ArrowDown'],
  ])('%j is %s', (event, name) => {
    expect(keyName({ ...plain, ...event })).toBe(name);
  });
});

describe('useHotkeys', () => {
  it('calls the handler and keeps the key from the page', () => {
    const search = vi.fn();
    renderHook(() => {
      useHotkeys({ '/': search });
    });
    expect(press({ key: '/' }).defaultPrevented).toBe(true);
    expect(search).toHaveBeenCalledOnce();
  });

  it('leaves keys to a field in which a person types', () => {
    const input = document.body.appendChild(document.createElement('input'));
    const search = vi.fn();
    renderHook(() => {
      useHotkeys({ '/': search });
    });
    press({ key: '/' }, input);
    expect(search).not.toHaveBeenCalled();
    expect(keysAreTaken(input)).toBe(true);
  });

  it('is silent when switched off', () => {
    const search = vi.fn();
    renderHook(() => {
      useHotkeys({ '/': search }, false);
    });
    press({ key: '/' });
    expect(search).not.toHaveBeenCalled();
  });
});
