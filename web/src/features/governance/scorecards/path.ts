/** Where a value stands between the least and the greatest, from the top; in the middle when there is no spread. */
export function heightOf(value: number, least: number, greatest: number, height: number): number {
  return greatest > least ? height - ((value - least) / (greatest - least)) * height : height / 2;
}

/** An SVG path through values at even steps; it breaks where there is none. */
export function pathOf(values: (number | null)[], width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  const [least, greatest] = [Math.min(...known), Math.max(...known)];
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values
    .map((value, index) => {
      if (value === null) return '';
      const verb = (values[index - 1] ?? null) === null ? 'M' : 'L';
      return `${verb}${(index * step).toFixed(1)} ${heightOf(value, least, greatest, height).toFixed(1)}`;
    })
    .join('');
}
