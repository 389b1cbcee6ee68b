import type { CSSProperties, ReactElement } from 'react';
import type { ViewState } from '../engine/view';
import classes from './Picture.module.css';

/** Where in the stack the reader is, and how much of it has been loaded. */
export function StackSlider({
  state,
  onScroll,
}: {
  state: ViewState;
  onScroll: (index: number) => void;
}): ReactElement {
  const last = Math.max(1, state.count - 1);
  const style = {
    '--loaded': `${(state.loaded / Math.max(1, state.count)) * 100}%`,
    '--place': `${(state.index / last) * 100}%`,
  } as CSSProperties;
  return (
    <div className={classes.slider} style={style}>
      <input
        type="range"
        aria-label="Image"
        aria-valuetext={`Image ${state.index + 1} of ${state.count}, ${state.loaded} loaded`}
        min={0}
        max={last}
        value={state.index}
        onChange={(event) => {
          onScroll(Number(event.currentTarget.value));
        }}
      />
    </div>
  );
}
