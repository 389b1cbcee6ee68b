import { useMediaQuery } from '@mantine/hooks';
import { useMemo, useState, type ReactElement } from 'react';
import type { Series } from '@/api/series';
import type { StudyRow } from '@/api/types';
import { useHotkeys, type Hotkeys } from '@/shared/lib/hotkeys';
import { seriesTitle } from '@/shared/ui/SeriesThumb';
import { ErrorNotice } from '@/shared/ui/Notice';
import { frameRate, type Frame } from './frames';
import { Overlay } from './Overlay';
import { presetsOf } from './presets';
import { StackSlider } from './StackSlider';
import { Toolbar } from './Toolbar';
import type { ToolName } from './engine/toolbox';
import { useStack } from './useStack';
import classes from './StackPane.module.css';

const TOOL_KEYS: Record<string, ToolName> = { w: 'window', z: 'zoom', h: 'pan', s: 'scroll', l: 'length' };

interface StackPaneProps {
  series: Series;
  study: StudyRow;
  frames: Frame[];
}

/** A stack of images with its tools, slider and corners of text. */
export function StackPane({ series, study, frames }: StackPaneProps): ReactElement {
  const touch = useMediaQuery('(pointer: coarse)', false, { getInitialValueInEffect: false });
  const { element, view, state, failure } = useStack(series, frames);
  const [tool, setTool] = useState<ToolName>('window');
  const [fps, setFps] = useState(() => frameRate(frames[0]?.dataSet));
  const current = frames[state.index];
  const presets = useMemo(() => presetsOf(frames[0]?.dataSet, series.modality), [frames, series.modality]);

  const choose = (name: ToolName): void => {
    setTool(name);
    view?.useTool(name);
  };
  const togglePlay = (): void => {
    if (state.playing) view?.stop();
    else view?.play(fps);
  };
  const changeFps = (next: number): void => {
    setFps(next);
    if (state.playing) view?.play(next);
  };
  const keys: Hotkeys = {
    ArrowDown: () => view?.scrollBy(1),
    ArrowUp: () => view?.scrollBy(-1),
    PageDown: () => view?.scrollBy(10),
    PageUp: () => view?.scrollBy(-10),
    Home: () => view?.scrollTo(0),
    End: () => view?.scrollTo(frames.length - 1),
    ' ': togglePlay,
    i: () => view?.invert(),
    r: () => view?.rotate(),
    f: () => view?.flip(),
    '+': () => view?.zoomBy(1.2),
    '-': () => view?.zoomBy(1 / 1.2),
    '0': () => view?.reset(),
  };
  for (const [key, name] of Object.entries(TOOL_KEYS)) {
    keys[key] = () => {
      choose(name);
    };
  }
  presets.forEach((preset, index) => {
    keys[String(index + 1)] = () => view?.setWindow(preset);
  });
  useHotkeys(keys);

  if (failure) {
    return (
      <ErrorNotice
        error={
          new Error('This browser could not start its graphics (WebGL). Switch on hardware acceleration.')
        }
      />
    );
  }
  return (
    <>
      <Toolbar
        tool={tool}
        onTool={choose}
        state={state}
        presets={presets}
        onPreset={(preset) => view?.setWindow(preset)}
        onInvert={() => view?.invert()}
        onRotate={() => view?.rotate()}
        onFlip={() => view?.flip()}
        onReset={() => view?.reset()}
        onPlay={togglePlay}
        fps={fps}
        onFps={changeFps}
        compact={touch}
      />
      <div className={classes.stage}>
        <div
          ref={element}
          className={classes.canvas}
          role="img"
          aria-label={`${seriesTitle(series)}, image ${state.index + 1} of ${frames.length}`}
          onContextMenu={(event) => {
            event.preventDefault();
          }}
        />
        {current && <Overlay series={series} study={study} frame={current} state={state} />}
        {state.waiting && !state.error && <p className={classes.message}>Loading…</p>}
        {state.error && (
          <p className={classes.message} role="alert">
            {state.error}
          </p>
        )}
        {frames.length > 1 && <StackSlider state={state} onScroll={(index) => view?.scrollTo(index)} />}
      </div>
    </>
  );
}
