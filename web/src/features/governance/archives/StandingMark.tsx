import { IconAlertTriangle, IconBan, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { Standing } from '@/api/types';
import { standingWords } from './draft';
import classes from './archives.module.css';

const ICONS = { good: IconCircleCheck, warn: IconAlertTriangle, danger: IconCircleX, off: IconBan };

/** How an archive stands: by a sign and a word, never by colour alone. */
export function StandingMark({ standing }: { standing: Standing | undefined }): ReactElement {
  const { tone, word, more } = standingWords(standing);
  const Icon = ICONS[tone];
  return (
    <span className={classes.standing} data-tone={tone}>
      <Icon size={15} stroke={1.8} aria-hidden="true" />
      <span>
        {word}
        {more && <small className={classes.plain}>{more}</small>}
      </span>
    </span>
  );
}
