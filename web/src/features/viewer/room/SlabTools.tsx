import { NativeSelect, NumberInput } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Projection, View, ViewState } from '../engine/view';
import classes from './Toolbar.module.css';

const NAMES: [Projection, string][] = [
  ['maximum', 'Maximum'],
  ['mean', 'Mean'],
  ['minimum', 'Minimum'],
];
const THICKEST = 500;

/** How many millimetres a plane gathers, and how. */
export function SlabTools({ view, state }: { view: View; state: ViewState }): ReactElement | null {
  if (!view.setSlab) return null;
  return (
    <div className={classes.group} role="group" aria-label="Slab">
      <NumberInput
        className={classes.slab}
        aria-label="Slab in millimetres, 0 for a plane"
        size="xs"
        min={0}
        max={THICKEST}
        step={5}
        hideControls
        suffix=" mm slab"
        value={state.slab ?? 0}
        onChange={(value) => {
          if (typeof value === 'number') view.setSlab?.(value > 0 ? value : null);
        }}
      />
      <NativeSelect
        className={classes.gathered}
        aria-label="How the slab is gathered"
        size="xs"
        value={state.projection}
        data={NAMES.map(([value, label]) => ({ value, label }))}
        onChange={(event) => {
          view.setSlab?.(state.slab ?? 10, event.currentTarget.value as Projection);
        }}
      />
    </div>
  );
}
