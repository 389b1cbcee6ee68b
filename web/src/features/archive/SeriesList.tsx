import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Series } from '@/api/series';
import { nounOf } from '@/shared/lib/modalities';
import { plural } from '@/shared/lib/quantities';
import { Modality } from '@/shared/ui/Modality';
import { SeriesThumb, seriesTitle } from '@/shared/ui/SeriesThumb';
import classes from './StudyPage.module.css';

/** The series of a study as pictures that lead into the viewer. */
export function SeriesList({ series }: { series: Series[] }): ReactElement {
  return (
    <ul className={classes.series}>
      {series.map((one) => (
        <li key={one.uid}>
          <Link to="/view/$uid" params={{ uid: one.studyUid }} search={{ series: one.uid }}>
            <SeriesThumb series={one} />
            <b>{seriesTitle(one)}</b>
            <span className={classes.meta}>
              <Modality code={one.modality} />
              {plural(one.instances, nounOf(one.modality))}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
