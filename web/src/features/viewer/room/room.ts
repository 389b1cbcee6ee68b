import { sizeOf, type GridName } from './grids';

/** As the images were made, or a plane cut through all of them. */
export type Plane = 'acquired' | 'axial' | 'coronal' | 'sagittal';

/** What one pane shows. */
export interface Content {
  studyUid: string;
  seriesUid: string;
  plane: Plane;
}

/** The panes of the stage. */
export interface Room {
  grid: GridName;
  /** As many as the grid has places, row by row. */
  panes: (Content | null)[];
  active: number;
  /** One pane alone on the stage for a while; the others keep their content. */
  alone: boolean;
  /** What stood here before planes were cut, to go back to. */
  before: Pick<Room, 'grid' | 'panes' | 'active'> | null;
}

export type Move =
  | { do: 'divide'; grid: GridName; next: Content[] }
  | { do: 'place'; pane: number; content: Content }
  | { do: 'activate'; pane: number }
  | { do: 'alone' }
  | { do: 'clear'; pane: number }
  | { do: 'planes' }
  | { do: 'together' };

export const emptyRoom = (grid: GridName): Room => ({
  grid,
  panes: Array.from({ length: sizeOf(grid) }, () => null),
  active: 0,
  alone: false,
  before: null,
});

const sameContent = (a: Content | null, b: Content): boolean =>
  a?.seriesUid === b.seriesUid && a.studyUid === b.studyUid && a.plane === b.plane;

/** Another grid: what is shown stays, new places take what comes next; the active pane never gets lost. */
function divide(room: Room, grid: GridName, next: Content[]): Room {
  const size = sizeOf(grid);
  const shown = room.panes.filter((content) => content !== null);
  const active = room.panes[room.active] ?? null;
  const kept = room.panes.slice(0, size);
  if (room.active >= size && active) kept[size - 1] = active;
  const waiting = next.filter((content) => !shown.some((one) => sameContent(one, content)));
  const panes = Array.from({ length: size }, (_, place) => kept[place] ?? waiting.shift() ?? null);
  return { grid, panes, active: Math.min(room.active, size - 1), alone: false, before: null };
}

/** The active series in three planes beside its own images. */
function planes(room: Room): Room {
  const content = room.panes[room.active];
  if (!content) return room;
  const before = room.before ?? { grid: room.grid, panes: room.panes, active: room.active };
  const cut = (['axial', 'coronal', 'sagittal', 'acquired'] as const).map((plane) => ({ ...content, plane }));
  return { grid: '2x2', panes: cut, active: 0, alone: false, before };
}

/** The room after a move; a move that changes nothing gives the same room. */
export function moved(room: Room, move: Move): Room {
  switch (move.do) {
    case 'divide':
      return divide(room, move.grid, move.next);
    case 'place':
      return place(room, move.pane, move.content);
    case 'activate':
      return move.pane === room.active || move.pane >= room.panes.length
        ? room
        : { ...room, active: move.pane };
    case 'alone':
      return room.panes.length > 1 ? { ...room, alone: !room.alone } : room;
    case 'clear':
      return { ...room, panes: room.panes.map((one, place) => (place === move.pane ? null : one)) };
    case 'planes':
      return planes(room);
    case 'together':
      return room.before ? { ...room.before, alone: false, before: null } : room;
  }
}

function place(room: Room, pane: number, content: Content): Room {
  if (pane < 0 || pane >= room.panes.length) return room;
  if (pane === room.active && sameContent(room.panes[pane] ?? null, content)) return room;
  return { ...room, active: pane, panes: room.panes.map((one, at) => (at === pane ? content : one)) };
}
