import { NumberInput } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import type { ViewState } from '../engine/view';
import { frameRate } from '../frames';
import type { OpenPane } from './panes';
import { Tool } from './Tool';
import classes from './Toolbar.module.css';

/** Plays the stack of the active pane at a rate. */
export function Cine({ open: { view, frames }, state }: { open: OpenPane; state: ViewState }): ReactElement {
  const [fps, setFps] = useState(() => frameRate(frames[0]?.dataSet));
  return (
    <div className={classes.group} role="group" aria-label="Cine">
      <Tool
        label={state.playing ? 'Stop' : 'Play'}
        hint="Space"
        Sign={state.playing ? IconPlayerPause : IconPlayerPlay}
        onClick={() => {
          if (state.playing) view.stop();
          else view.play(fps);
        }}
      />
      <NumberInput
        className={classes.fps}
        aria-label="Frames per second"
        size="xs"
        min={1}
        max={60}
        hideControls
        suffix=" fps"
        value={fps}
        onChange={(value) => {
          if (typeof value !== 'number' || value < 1) return;
          setFps(value);
          if (state.playing) view.play(value);
        }}
      />
    </div>
  );
}
