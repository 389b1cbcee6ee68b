import type { CSSProperties, ReactElement } from 'react';
import { MODALITIES, modalityColour } from '@/shared/lib/modalities';
import classes from './Modality.module.css';

/** The code of a modality with its colour mark. */
export function Modality({ code }: { code: string }): ReactElement {
  return (
    <abbr
      className={classes.modality}
      title={MODALITIES[code] ?? code}
      style={{ '--mark': modalityColour(code) } as CSSProperties}
    >
      {code}
    </abbr>
  );
}
