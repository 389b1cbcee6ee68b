import { Suspense, useState, type CSSProperties, type ReactElement } from 'react';
import { PANELS } from '../panels';
import { useCaretState } from '../measure/useCaret';
import { Pane } from '../pane/Pane';
import { ReadingContext } from '../reading';
import { Banner } from './Banner';
import { Following } from './Following';
import { GRIDS } from './grids';
import { SeriesStrip } from './SeriesStrip';
import { Toolbar } from './Toolbar';
import { usePriorsAhead } from './usePriorsAhead';
import { useReadingKeys } from './useReadingKeys';
import { useRoom, type RoomProps } from './useRoom';
import classes from './ReadingRoom.module.css';

interface ReadingRoomProps extends RoomProps {
  onDetails: () => void;
  onLeave: () => void;
}

/** Everything on the page of images: whose they are, the tools, the series, the panes. */
export function ReadingRoom({ onDetails, onLeave, ...props }: ReadingRoomProps): ReactElement {
  const door = useRoom(props);
  const { reading, current } = door;
  const { room, studies } = reading;
  const [panel, setPanel] = useState<string | null>(null);
  usePriorsAhead(studies[0]?.study.study_uid);
  const toggle = (name: string): void => {
    setPanel((now) => (now === name ? null : name));
  };
  useReadingKeys(door, {
    onDetails,
    onEscape: () => {
      if (panel) setPanel(null);
      else if (room.alone) reading.enlarge();
      else onLeave();
    },
    onPanel: toggle,
  });

  const [rows, columns] = room.alone ? [1, 1] : GRIDS[room.grid];
  const shown = new Set(room.panes.map((content) => content?.seriesUid ?? ''));
  const side = PANELS.find(({ name }) => name === panel);
  return (
    <ReadingContext value={reading}>
      <Following />
      <CaretVoice />
      <div className={classes.page}>
        <Banner studies={studies.map(({ study }) => study)} />
        <Toolbar door={door} panel={panel} onPanel={toggle} />
        <div className={classes.strip}>
          {studies.map(({ study, series }, at) => (
            <SeriesStrip
              key={study.study_uid}
              label={at === 0 ? 'Series' : 'Series of the second study'}
              series={series}
              current={current?.studyUid === study.study_uid ? current.uid : undefined}
              shown={room.panes.length > 1 ? shown : NOTHING}
              onChoose={reading.place}
            />
          ))}
        </div>
        <div
          className={classes.stage}
          style={{ '--rows': rows, '--columns': columns } as CSSProperties}
          data-alone={room.alone}
        >
          {room.panes.map((content, pane) => (
            <div key={pane} className={classes.place} hidden={room.alone && pane !== room.active}>
              <Pane
                pane={pane}
                content={content}
                active={pane === room.active}
                only={room.panes.length === 1 || room.alone}
              />
            </div>
          ))}
        </div>
        {side && (
          <aside className={classes.side} aria-label={side.label}>
            <Suspense>
              <side.Panel />
            </Suspense>
          </aside>
        )}
      </div>
    </ReadingContext>
  );
}

/** What drawing by keys says to who listens. */
function CaretVoice(): ReactElement {
  const { said } = useCaretState();
  return (
    <p role="status" aria-label="Drawing by keys" className="visually-hidden">
      {said}
    </p>
  );
}

const NOTHING: ReadonlySet<string> = new Set();
