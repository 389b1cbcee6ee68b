import type { ReactElement } from 'react';
import type { Strength } from './password';
import classes from './StrengthMeter.module.css';

/** Four bars and a sentence; the sentence carries the meaning, not the colour. */
export function StrengthMeter({ strength }: { strength: Strength }): ReactElement {
  return (
    <div className={classes.meter}>
      <div className={classes.bars} aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <i key={step} data-on={strength.score >= step} data-weak={!strength.acceptable} />
        ))}
      </div>
      <p id="strength" className={classes.hint} aria-live="polite">
        {strength.hint}
      </p>
    </div>
  );
}
