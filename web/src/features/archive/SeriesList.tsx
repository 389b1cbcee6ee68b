import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useSeriesPresence } from '@/api/presence';
import type { Series } from '@/api/series';
import { standingsQuery } from '@/api/sources';
import { nounOf } from '@/shared/lib/modalities';
import { plural } from '@/shared/lib/quantities';
import { Modality } from '@/shared/ui/Modality';
import { SeriesThumb, seriesTitle } from '@/shared/ui/SeriesThumb';
import { listed, titleOf, titlesOf } from './archive-words';
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
              <Elsewhere series={one} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** That a series is still with other archives, and comes when it is opened. */
function Elsewhere({ series }: { series: Series }): ReactElement | null {
  const presence = useSeriesPresence(series.studyUid, series.uid);
  const { data } = useQuery(standingsQuery);
  if (presence === undefined || presence === 'here' || presence.here > 0) return null;
  const titles = titlesOf(data ?? []);
  return (
    <span
      className={classes.elsewhere}
    >{`at ${listed(presence.sources.map((key) => titleOf(titles, key)))}`}</span>
  );
}
