import { useEffect, useRef } from 'react';

export type Hotkeys = Record<string, (event: KeyboardEvent) => void>;

const TYPING =
  'input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable=true]';
const OVERLAY = '[role=dialog][aria-modal=true], [role=menu]';

/** The name of a key press: the character itself, with Ctrl, Alt, Meta, and Shift for named keys only. */
export function keyName(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey'>,
): string {
  // "?" is Shift+/ on one keyboard and Shift+ß on another: the character already says it.
  const shift = event.shiftKey && event.key.length > 1 ? 'Shift+' : '';
  const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  return `${event.ctrlKey || event.metaKey ? 'Mod+' : ''}${event.altKey ? 'Alt+' : ''}${shift}${key}`;
}

/** True where single keys belong to the person who types, or to an open menu or dialog. */
export function keysAreTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest(TYPING) !== null || target.closest(OVERLAY) !== null;
}

/** A list that is walked with the arrow keys keeps them. */
const walks = ({ key, target }: KeyboardEvent): boolean =>
  key.startsWith('Arrow') && target instanceof Element && target.closest('[data-walks]') !== null;

/** Enter and Space press the button or follow the link that has the focus. */
function pressesControl(event: KeyboardEvent): boolean {
  const control = event.target instanceof Element && event.target.closest('button, a, summary, label');
  return Boolean(control) && (event.key === 'Enter' || event.key === ' ');
}

/** Listen for single keys while the component is mounted. */
export function useHotkeys(keys: Hotkeys, enabled = true): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || keysAreTaken(event.target)) return;
      if (pressesControl(event) || walks(event)) return;
      const handler = latest.current[keyName(event)];
      if (!handler) return;
      event.preventDefault();
      handler(event);
    };
    // In the capture phase: the image engine swallows every key it gets.
    window.addEventListener('keydown', onKey, { capture: true });
    return () => {
      window.removeEventListener('keydown', onKey, { capture: true });
    };
  }, [enabled]);
}
