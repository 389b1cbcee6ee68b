/** A dialog gives the focus back to what opened it a moment after it closed. */
export const AFTER_DIALOGS_MS = 80;

/** When what had the focus is gone, with a row that was deleted, it goes to the content and not to nowhere. */
export function keepFocus(): void {
  setTimeout(() => {
    if (document.activeElement === document.body) document.getElementById('main')?.focus();
  }, AFTER_DIALOGS_MS);
}
