import { useCallback, useMemo, useReducer, useState } from 'react';
import type { Series } from '@/api/series';
import { MarkBook } from '../measure/book';
import { Caret } from '../measure/caret';
import { useStored } from '@/shared/lib/stored';
import type { Crosshair, Reading } from '../reading';
import type { ToolName } from '../tools';
import { isLinks, NO_LINKS, type Links } from './following';
import { rememberGrid, type GridName } from './grids';
import { contentOf, inTurn, opening } from './opening';
import { Panes } from './panes';
import { moved, type Move, type Room } from './room';

export interface RoomProps {
  studies: Reading['studies'];
  /** Series to open with, of the first study. */
  wanted: string | undefined;
  person: string;
  onChosen: (series: Pick<Series, 'studyUid' | 'uid'>) => void;
}

export interface RoomDoor {
  reading: Reading;
  divide: (grid: GridName) => void;
  move: (move: Move) => void;
  /** Cut planes through the series of the active pane, or go back to what stood there. */
  planes: () => void;
  /** The series in the active pane. */
  current: Series | undefined;
  /** Show the next or previous series of its study in the active pane. */
  turn: (step: number) => void;
}

const touches = (): boolean => matchMedia('(pointer: coarse)').matches;

/** The reading room's state and all that can be done to it. */
export function useRoom({ studies, wanted, person, onChosen }: RoomProps): RoomDoor {
  const [room, move] = useReducer(moved, null, (): Room => opening(studies, wanted, person));
  const [panes] = useState(() => new Panes());
  const [marks] = useState(() => new MarkBook());
  const [caret] = useState(() => new Caret());
  const [links, setLinks] = useStored<Links>(`links.${person}`, NO_LINKS, isLinks);
  const [crosshair, setCrosshair] = useState<Crosshair | null>(null);
  const [tool, setTool] = useState<ToolName>(() => (touches() ? 'scroll' : 'window'));

  const content = room.panes[room.active];
  const home = studies.find(({ study }) => study.study_uid === content?.studyUid) ?? studies[0];
  const current = home?.series.find(({ uid }) => uid === content?.seriesUid);

  const place = useCallback(
    (series: Pick<Series, 'studyUid' | 'uid'>, pane?: number) => {
      move({ do: 'place', pane: pane ?? room.active, content: contentOf(series) });
      onChosen(series);
    },
    [room.active, onChosen],
  );

  const [asked, setAsked] = useState(wanted);
  if (wanted !== asked) {
    // An address that changed under us: a link to another series of the same study.
    setAsked(wanted);
    const series = studies[0]?.series.find(({ uid }) => uid === wanted);
    if (series && current?.uid !== wanted)
      move({ do: 'place', pane: room.active, content: contentOf(series) });
  }

  const reading = useMemo(
    (): Reading => ({
      studies,
      room,
      panes,
      marks,
      caret,
      tool,
      setTool,
      links,
      setLinks,
      crosshair,
      setCrosshair,
      active: () => panes.get(room.active) ?? null,
      activate: (pane) => {
        move({ do: 'activate', pane });
      },
      enlarge: () => {
        move({ do: 'alone' });
      },
      place,
      jumpTo: jumper(panes, room, place),
    }),
    [studies, room, panes, marks, caret, tool, links, setLinks, crosshair, place],
  );

  return {
    reading,
    move,
    current,
    planes: () => {
      setCrosshair(null);
      move({ do: room.before ? 'together' : 'planes' });
    },
    divide: (grid) => {
      if (current) rememberGrid(person, current.modality, grid);
      move({ do: 'divide', grid, next: inTurn(home?.series ?? [], current?.uid) });
    },
    turn: (step) => {
      const all = home?.series ?? [];
      const next = all[all.findIndex(({ uid }) => uid === current?.uid) + step];
      if (next) place(next);
    },
  };
}

/** Goes to an image: at once in a pane that shows its series, else as soon as the active pane does. */
function jumper(panes: Panes, room: Room, place: Reading['place']): Reading['jumpTo'] {
  return ({ studyUid, seriesUid, sopUid, frame }) => {
    const go = (): boolean => {
      const shown = panes
        .list()
        .filter(({ series, view }) => series.uid === seriesUid && view.kind === 'stack')
        .sort((a, b) => Number(b.pane === room.active) - Number(a.pane === room.active))[0];
      if (!shown) return false;
      const index = shown.frames.findIndex((one) => one.instanceUid === sopUid && one.frame === frame);
      if (index >= 0) shown.view.scrollTo(index);
      return true;
    };
    if (go()) return;
    const stop = panes.subscribe(() => {
      if (go()) stop();
    });
    place({ studyUid, uid: seriesUid });
  };
}
