import { useEffect } from 'react';
import type { Window } from '../engine/view';
import { usePanes, useReading } from '../reading';
import { follow, sameSpace, startOf, type Start } from './following';
import type { OpenPane } from './panes';

/** While panes are linked, the others go along with the active one; a crosshair takes all of its space to its point. */
export function Following(): null {
  const { links, panes, room, crosshair } = useReading();
  const open = usePanes();
  const { active } = room;
  const { scroll, window, zoom } = links;

  useEffect(() => {
    const leader = panes.get(active);
    if (!leader || (!scroll && !window && !zoom)) return undefined;
    const others = open.filter((one) => one !== leader);
    const starts = new Map<OpenPane, Start>();
    let before = leader.view.state;
    let stood = { plane: leader.view.plane(), index: before.index };
    return leader.view.subscribe(() => {
      const now = leader.view.state;
      if (now.waiting) return;
      for (const other of others) {
        if (other.view.state.waiting) continue;
        if (scroll && now.index !== before.index) {
          // Where both stood before the first step: what a reader set apart stays apart.
          const start = starts.get(other) ?? startOf(stood, other.view);
          starts.set(other, start);
          follow(leader.view, other.view, start);
        }
        if (window && now.window && other.series.modality === leader.series.modality)
          adopt(now.window, other);
        if (zoom && now.zoom !== before.zoom) other.view.zoomBy(now.zoom / before.zoom);
      }
      before = now;
      stood = { plane: leader.view.plane(), index: now.index };
    });
  }, [open, panes, active, scroll, window, zoom]);

  useEffect(() => {
    if (!crosshair) return;
    const leader = panes.get(active);
    for (const other of panes.list()) {
      if (other !== leader && leader && sameSpace(leader.view, other.view))
        other.view.showPatient(crosshair.point);
    }
  }, [crosshair, panes, active]);
  return null;
}

function adopt(window: Window, { view }: OpenPane): void {
  const own = view.state.window;
  if (own?.center !== window.center || own.width !== window.width) view.setWindow(window);
}
