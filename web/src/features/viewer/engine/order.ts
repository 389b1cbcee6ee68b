/** Indices by their distance from a start: what is near is needed first. */
export function outwards(count: number, start: number): number[] {
  return Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => Math.abs(a - start) - Math.abs(b - start) || b - a,
  );
}
