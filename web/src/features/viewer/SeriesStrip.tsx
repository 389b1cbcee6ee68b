import { useEffect, useRef, type ReactElement } from 'react';
import type { Series } from '@/api/series';
import { Modality } from '@/shared/ui/Modality';
import { SeriesThumb, seriesTitle } from '@/shared/ui/SeriesThumb';
import classes from './SeriesStrip.module.css';

interface StripProps {
  series: Series[];
  current: string | undefined;
  onChoose: (index: number) => void;
}

/** The series of the study as pictures to choose from. */
export function SeriesStrip({ series, current, onChoose }: StripProps): ReactElement {
  const chosen = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    chosen.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <nav className={classes.strip} aria-label="Series">
      {series.map((one, index) => (
        <button
          key={one.uid}
          ref={one.uid === current ? chosen : undefined}
          type="button"
          className={classes.one}
          aria-current={one.uid === current}
          title={seriesTitle(one)}
          onClick={() => {
            onChoose(index);
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
