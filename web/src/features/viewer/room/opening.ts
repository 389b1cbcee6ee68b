import type { Series } from '@/api/series';
import type { Reading } from '../reading';
import { rememberedGrid, sizeOf, type GridName } from './grids';
import { emptyRoom, moved, type Content, type Room } from './room';

/** What can stand in a pane to read; data for other programs comes last. */
const WORDLESS = new Set(['SR', 'KO', 'PR', 'DOC', 'REG', 'RTPLAN', 'RTSTRUCT', 'SEG']);

export const contentOf = ({ studyUid, uid }: Pick<Series, 'studyUid' | 'uid'>): Content => ({
  studyUid,
  seriesUid: uid,
  plane: 'acquired',
});

/** The series that come next when more room is made: pictures first, each study from a given series on. */
export function inTurn(series: Series[], from: string | undefined): Content[] {
  const start = Math.max(
    0,
    series.findIndex(({ uid }) => uid === from),
  );
  const turned = [...series.slice(start), ...series.slice(0, start)];
  return turned.filter(({ modality }) => !WORDLESS.has(modality)).map(contentOf);
}

/** The series of another study that is most like one: same modality, then the same words or body part. */
export function alike(series: Series | undefined, others: Series[]): Series | undefined {
  const words = (one: Series): string => (one.description ?? '').toLowerCase();
  const likeness = (one: Series): number =>
    (one.modality === series?.modality ? 4 : 0) +
    (series && words(one) === words(series) ? 2 : 0) +
    (series && one.bodyPart === series.bodyPart ? 1 : 0);
  return [...others].sort((a, b) => likeness(b) - likeness(a))[0];
}

/** How the room looks when it opens: the remembered layout, or two studies side by side. */
export function opening(studies: Reading['studies'], wanted: string | undefined, person: string): Room {
  const [first, second] = studies;
  const series = first?.series ?? [];
  const start = series.find(({ uid }) => uid === wanted) ?? series[0];
  if (!start) return emptyRoom('1x1');
  const content = contentOf(start);
  if (second) {
    const like = alike(start, second.series);
    return { ...emptyRoom('1x2'), panes: [content, like ? contentOf(like) : null] };
  }
  const grid = wordless(start) ? '1x1' : rememberedGrid(person, start.modality);
  return divided({ ...emptyRoom('1x1'), panes: [content] }, grid, series);
}

const wordless = ({ modality }: Series): boolean => WORDLESS.has(modality);

/** Another grid, its new places filled with the series that come next. */
export function divided(room: Room, grid: GridName, series: Series[]): Room {
  if (sizeOf(grid) === room.panes.length && grid === room.grid) return room;
  return moved(room, { do: 'divide', grid, next: inTurn(series, room.panes[room.active]?.seriesUid) });
}
