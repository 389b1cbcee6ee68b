import { useEffect, useRef, type ReactElement } from 'react';
import type { Series } from '@/api/series';
import { Modality } from '@/shared/ui/Modality';
import { SeriesThumb, seriesTitle } from '@/shared/ui/SeriesThumb';
import classes from './SeriesStrip.module.css';

/** What a dragged series is called in the clipboard of the drag. */
export const SERIES_DRAG = 'application/x-sixfold-series';

interface StripProps {
  /** Names the study when two are on the page. */
  label: string;
  series: Series[];
  current: string | undefined;
  /** Series that stand in some pane. */
  shown: ReadonlySet<string>;
  onChoose: (series: Series) => void;
}

/** The series of the study as pictures to choose from. */
export function SeriesStrip({ label, series, current, shown, onChoose }: StripProps): ReactElement {
  const chosen = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    chosen.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <nav className={classes.series} aria-label={label}>
      {series.map((one) => (
        <button
          key={one.uid}
          ref={one.uid === current ? chosen : undefined}
          type="button"
          className={classes.one}
          aria-current={one.uid === current}
          data-shown={shown.has(one.uid)}
          title={seriesTitle(one)}
          draggable
          onDragStart={(event) => {
            const { studyUid, uid } = one;
            event.dataTransfer.setData(SERIES_DRAG, JSON.stringify({ studyUid, uid }));
          }}
          onClick={() => {
            onChoose(one);
          }}
        >
          <SeriesThumb series={one} />
          <span className={classes.name}>{seriesTitle(one)}</span>
          <span className={classes.meta}>
            <Modality code={one.modality} />
            {one.instances}
          </span>
        </button>
      ))}
    </nav>
  );
}
