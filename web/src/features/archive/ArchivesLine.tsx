import { useState, type ReactElement } from 'react';
import { failureWords } from '@/api/failures';
import type { Asked } from '@/api/types';
import { askedWords, progressWords } from './archive-words';
import classes from './ArchivesLine.module.css';

/** Which archives were asked, which answered, and which did not and why: one calm line, and more on demand. */
export function ArchivesLine(props: { archives: Asked[]; onRetry: () => void }): ReactElement | null {
  const { archives, onRetry } = props;
  const [open, setOpen] = useState(false);
  if (archives.length === 0) return null;
  const failed = archives.filter(({ state }) => state === 'failed');
  return (
    <div className={classes.line}>
      <button
        type="button"
        className={classes.plain}
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        {progressWords(archives)}
      </button>
      {failed.length > 0 && (
        <span className={classes.failed}>
          {failed.map(({ title, failure }) => `${title} ${failureWords(failure)}`).join('; ')}
          <button type="button" className={classes.plain} onClick={onRetry}>
            Ask again
          </button>
        </span>
      )}
      {open && (
        <ul className={classes.all} aria-label="Archives asked">
          {archives.map((one) => (
            <li key={one.key} data-state={one.state}>
              <b>{one.title}</b> {askedWords(one)}
              {one.untold && one.untold.length > 0 && ` (does not tell ${one.untold.join(', ')})`}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
