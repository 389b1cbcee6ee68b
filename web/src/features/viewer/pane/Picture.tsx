import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { Series } from '@/api/series';
import type { StudyRow } from '@/api/types';
import { seriesTitle } from '@/shared/ui/SeriesThumb';
import { ErrorNotice } from '@/shared/ui/Notice';
import { PANE_LAYERS } from '../additions';
import type { CanvasPoint, View, ViewState } from '../engine/view';
import type { Frame } from '../frames';
import { planeOf } from '../geometry';
import { MarkLayer } from '../measure/MarkLayer';
import { useCaret } from '../measure/useCaret';
import { usePen, type Pen } from '../measure/usePen';
import { WordsEntry } from '../measure/WordsEntry';
import { usePanes, useReading, useViewState } from '../reading';
import type { OpenPane } from '../room/panes';
import { isMeasure, type ToolName } from '../tools';
import { Lines } from './Lines';
import { Loupe } from './Loupe';
import { Overlay } from './Overlay';
import { PaneMenu } from './PaneMenu';
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
  /** Said below the name of the series. */
  says?: string[];
}

const touches = (): boolean => matchMedia('(pointer: coarse)').matches;

/** A view with all that stands around it: corners of text, layers, slider, messages, hands. */
export function Picture({ pane, series, study, frames, opened, says = [] }: PictureProps): ReactElement {
  const { element, view, failure } = opened;
  const { panes, tool } = useReading();
  const state = useViewState(view);
  const stage = useRef<HTMLDivElement>(null);
  const found = usePanes().find((one) => one.pane === pane);
  const open = found?.view === view ? found : undefined;
  const pen = usePen(open);
  const caret = useCaret(stage, open, pen);
  const [menu, setMenu] = useState<CanvasPoint | null>(null);
  const [pointer, setPointer] = useState<CanvasPoint | null>(null);
  const magnifies = tool === 'loupe' || (touches() && pen.draft !== null);
  usePictureGestures(stage, pane, view, {
    pen,
    onHold: setMenu,
    onHover: (at) => {
      if (tool === 'loupe' || touches()) setPointer(at);
    },
  });

  useEffect(() => {
    if (!view) return undefined;
    return panes.open({ pane, study, series, frames, view });
  }, [panes, pane, study, series, frames, view]);

  if (failure) return <ErrorNotice error={NO_GRAPHICS} />;
  return (
    <div ref={stage} className={classes.stage} data-tool={tool}>
      <div
        ref={element}
        className={classes.canvas}
        role="img"
        aria-label={`${seriesTitle(series)}, image ${state.index + 1} of ${state.count}`}
      />
      {open && <Layers open={open} pen={pen} />}
      <Texts view={view} series={series} study={study} frames={frames} state={state} says={says} />
      <Messages {...state} />
      <PlaneHint view={view} tool={tool} />
      {caret && <CaretCross at={caret} />}
      {magnifies && pointer && <Loupe element={element} at={pointer} above={touches()} drawn={state.drawn} />}
      <PaneMenu
        open={open}
        at={menu}
        onClose={() => {
          setMenu(null);
        }}
      />
    </div>
  );
}

/** Where keys draw. */
function CaretCross({ at: [x, y] }: { at: CanvasPoint }): ReactElement {
  return (
    <svg className={classes.layer} data-caret={`${Math.round(x)} ${Math.round(y)}`} aria-hidden>
      <path className={classes.caret} d={`M${x - 16} ${y}h12m8 0h12M${x} ${y - 16}v12m0 8v12`} />
    </svg>
  );
}

/** What stands over the picture and moves with it. */
function Layers({ open, pen }: { open: OpenPane; pen: Pen }): ReactElement {
  return (
    <>
      {PANE_LAYERS.map((Layer, at) => (
        <Layer key={at} pane={open} />
      ))}
      <Lines open={open} />
      <MarkLayer open={open} pen={pen} />
      <WordsEntry open={open} />
    </>
  );
}

interface TextsProps extends Pick<PictureProps, 'series' | 'study' | 'frames'> {
  view: View | null;
  state: ViewState;
  says: string[];
}

/** Words in the corners, and the slider. */
function Texts({ view, frames, state, ...said }: TextsProps): ReactElement {
  const frame = view?.kind === 'plane' ? undefined : (view?.frame() ?? frames[state.index]);
  const inPatient = view?.kind === 'plane' || (frame !== undefined && planeOf(frame) !== null);
  return (
    <>
      <Overlay {...said} state={state} frame={frame} inPatient={inPatient} />
      {state.count > 1 && <StackSlider state={state} onScroll={(index) => view?.scrollTo(index)} />}
    </>
  );
}

/** A slab shows many planes in one: whose values are measured is told. */
function PlaneHint({ view, tool }: { view: View | null; tool: ToolName }): ReactElement | null {
  if (view?.kind !== 'plane' || !isMeasure(tool) || view.state.slab === null) return null;
  return <p className={classes.hint}>Values are those of the middle of the slab.</p>;
}

function Messages({
  waiting,
  error,
  coarse,
}: Pick<ViewState, 'waiting' | 'error' | 'coarse'>): ReactElement | null {
  if (error)
    return (
      <p className={classes.message} role="alert">
        {error}
      </p>
    );
  if (waiting) return <p className={classes.message}>Loading…</p>;
  return coarse ? <p className={classes.coarse}>Not all of this image is here yet</p> : null;
}

const NO_GRAPHICS = new Error(
  'This browser could not start its graphics (WebGL). Switch on hardware acceleration.',
);
