const PAGE = 20;

/** The row a key moves to; -1 means none yet, so that the first ArrowDown picks the first row. */
export function move(active: number, key: string, count: number): number {
  if (count === 0) return -1;
  const target = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + PAGE,
    PageUp: active - PAGE,
    Home: 0,
    End: count - 1,
  }[key];
  return Math.min(count - 1, Math.max(0, target ?? active));
}
