import type { ReactElement } from 'react';

const FACETS: [string, number][] = [
  ['M16 16 16 3 27.26 9.5Z', 1],
  ['M16 16 27.26 9.5V22.5Z', 0.72],
  ['M16 16 27.26 22.5 16 29Z', 0.52],
  ['M16 16V29L4.74 22.5Z', 0.36],
  ['M16 16 4.74 22.5V9.5Z', 0.24],
  ['M16 16 4.74 9.5 16 3Z', 0.84],
];

/** The mark: six facets of one hexagon. */
export function Mark({ size = 22 }: { size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      {FACETS.map(([path, opacity]) => (
        <path key={path} d={path} fill="var(--accent)" opacity={opacity} />
      ))}
    </svg>
  );
}
