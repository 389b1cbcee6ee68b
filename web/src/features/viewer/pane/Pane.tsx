import { lazy, Suspense, useMemo, type DragEvent, type ReactElement } from 'react';
import type { Series } from '@/api/series';
import type { StudyRow } from '@/api/types';
import { ErrorNotice } from '@/shared/ui/Notice';
import { displayOf } from '../display';
import { framesOf } from '../frames';
import { ObjectPane } from '../kinds/ObjectPane';
import { useReading } from '../reading';
import type { Content, Plane } from '../room/room';
import { SERIES_DRAG } from '../room/SeriesStrip';
import { StackPane } from './StackPane';
import { useInstances } from './useInstances';
import classes from './Pane.module.css';

/** The engine that cuts planes is large, and a stack needs nothing of it. */
const PlanePane = lazy(() => import('./PlanePane'));

interface PaneProps {
  pane: number;
  content: Content | null;
  active: boolean;
  /** Whether it is the only one on the stage: a frame then says nothing. */
  only: boolean;
}

/** One place of the grid: takes a series that is dropped on it, and shows it in the way that suits it. */
export function Pane({ pane, content, active, only }: PaneProps): ReactElement {
  const reading = useReading();
  const found = useContent(content);
  const drop = (event: DragEvent): void => {
    const dragged = event.dataTransfer.getData(SERIES_DRAG);
    if (!dragged) return;
    event.preventDefault();
    reading.place(JSON.parse(dragged) as Pick<Series, 'studyUid' | 'uid'>, pane);
  };
  return (
    <section
      className={classes.pane}
      aria-label={`Pane ${pane + 1}${active ? ', active' : ''}`}
      data-active={active && !only}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(SERIES_DRAG)) event.preventDefault();
      }}
      onDrop={drop}
      onPointerDownCapture={() => {
        reading.activate(pane);
      }}
    >
      {found ? (
        <Shown key={`${found.series.uid} ${found.plane}`} pane={pane} {...found} />
      ) : (
        <p className={classes.empty}>
          {content ? 'This series is not on this page.' : 'Choose a series, or drag one here.'}
        </p>
      )}
    </section>
  );
}

function useContent(content: Content | null): Omit<ShownProps, 'pane'> | null {
  const { studies } = useReading();
  if (!content) return null;
  const place = studies.find(({ study }) => study.study_uid === content.studyUid);
  const series = place?.series.find(({ uid }) => uid === content.seriesUid);
  return place && series ? { series, study: place.study, plane: content.plane } : null;
}

interface ShownProps {
  pane: number;
  series: Series;
  study: StudyRow;
  plane: Plane;
}

function Shown({ pane, series, study, plane }: ShownProps): ReactElement | null {
  const { instances, whole, error, refetch } = useInstances(series);
  const frames = useMemo(() => framesOf(instances ?? []), [instances]);
  if (error && !instances) return <ErrorNotice error={error} onRetry={refetch} />;
  if (!instances) return <p className={classes.empty}>Loading…</p>;
  if (displayOf(instances[0]) === 'images') {
    const picture = { pane, series, study, frames };
    if (plane === 'acquired') return <StackPane {...picture} />;
    if (!whole) return <p className={classes.empty}>Planes are drawn once the whole series is here.</p>;
    return (
      <Suspense fallback={<p className={classes.empty}>Loading…</p>}>
        <PlanePane {...picture} plane={plane} />
      </Suspense>
    );
  }
  return <ObjectPane pane={pane} series={series} instances={instances} />;
}
