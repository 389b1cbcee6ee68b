import { useEffect, useRef, type ReactElement } from 'react';
import type { Series } from '@/api/series';
import type { StudyRow } from '@/api/types';
import { seriesTitle } from '@/shared/ui/SeriesThumb';
import { ErrorNotice } from '@/shared/ui/Notice';
import { PANE_LAYERS } from '../additions';
import type { View } from '../engine/view';
import type { Frame } from '../frames';
import { useReading, useViewState } from '../reading';
import { Overlay } from './Overlay';
import { StackSlider } from './StackSlider';
import { usePictureGestures } from './usePictureGestures';
import type { Opened } from './useView';
import classes from './Picture.module.css';

export interface PictureProps {
  pane: number;
  series: Series;
  study: StudyRow;
  frames: Frame[];
  opened: Opened<View>;
}

/** A view with all that stands around it: corners of text, layers, slider, messages, hands. */
export function Picture({ pane, series, study, frames, opened }: PictureProps): ReactElement {
  const { element, view, failure } = opened;
  const { panes } = useReading();
  const state = useViewState(view);
  const stage = useRef<HTMLDivElement>(null);
  usePictureGestures(stage, pane, view);

  useEffect(() => {
    if (!view) return undefined;
    return panes.open({ pane, study, series, frames, view });
  }, [panes, pane, study, series, frames, view]);

  if (failure) return <ErrorNotice error={NO_GRAPHICS} />;
  const open = view && panes.get(pane);
  return (
    <div ref={stage} className={classes.stage} data-picture>
      <div
        ref={element}
        className={classes.canvas}
        role="img"
        aria-label={`${seriesTitle(series)}, image ${state.index + 1} of ${state.count}`}
      />
      {open?.view === view && PANE_LAYERS.map((Layer, at) => <Layer key={at} pane={open} />)}
      <Overlay series={series} study={study} frame={view?.frame() ?? frames[state.index]} state={state} />
      {state.waiting && !state.error && <p className={classes.message}>Loading…</p>}
      {state.error && (
        <p className={classes.message} role="alert">
          {state.error}
        </p>
      )}
      {state.count > 1 && <StackSlider state={state} onScroll={(index) => view?.scrollTo(index)} />}
    </div>
  );
}

const NO_GRAPHICS = new Error(
  'This browser could not start its graphics (WebGL). Switch on hardware acceleration.',
);
