/** How the stage is divided: rows by columns. */
export const GRIDS = {
  '1x1': [1, 1],
  '1x2': [1, 2],
  '2x1': [2, 1],
  '1x3': [1, 3],
  '2x2': [2, 2],
  '2x3': [2, 3],
  '3x3': [3, 3],
} as const satisfies Record<string, readonly [rows: number, columns: number]>;
export type GridName = keyof typeof GRIDS;

export const isGrid = (value: unknown): value is GridName => typeof value === 'string' && value in GRIDS;

export const sizeOf = (grid: GridName): number => GRIDS[grid][0] * GRIDS[grid][1];

/** "2 by 3" in words for a menu. */
export const wordsOf = (grid: GridName): string =>
  sizeOf(grid) === 1 ? 'One pane' : `${GRIDS[grid][0]} × ${GRIDS[grid][1]} panes`;

/** Each person keeps a layout per modality in this browser. */
const keyOf = (person: string, modality: string): string => `sixfold.layout.${person}.${modality}`;

/** The layout this person last chose for a modality; one pane when none is remembered. */
export function rememberedGrid(person: string, modality: string): GridName {
  try {
    const value = localStorage.getItem(keyOf(person, modality));
    return isGrid(value) ? value : '1x1';
  } catch {
    return '1x1'; // storage may be switched off
  }
}

export function rememberGrid(person: string, modality: string, grid: GridName): void {
  try {
    localStorage.setItem(keyOf(person, modality), grid);
  } catch {
    // The choice then lasts for this page only.
  }
}
