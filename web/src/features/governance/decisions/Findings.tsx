import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { Finding } from '@/api/types';
import classes from './diff.module.css';

interface FindingsProps {
  findings: Finding[];
  /** Makes each finding that has a line a button that goes there. */
  onLine?: (line: number) => void;
}

/** What the checks find: errors keep a proposal from the vote, warnings do not. */
export function Findings({ findings, onLine }: FindingsProps): ReactElement {
  if (findings.length === 0)
    return (
      <p className={classes.fine}>
        <IconCircleCheck size={16} stroke={1.8} aria-hidden="true" />
        The checks find nothing: it is valid, and every golden case holds.
      </p>
    );
  const errorsFirst = [...findings].sort((one, other) => one.level.localeCompare(other.level));
  return (
    <ul className={classes.findings} aria-label="Findings">
      {errorsFirst.map((one, place) => (
        <li key={place} data-level={one.level}>
          {one.level === 'error' ? (
            <IconCircleX size={16} stroke={1.8} aria-hidden="true" />
          ) : (
            <IconAlertTriangle size={16} stroke={1.8} aria-hidden="true" />
          )}
          <span>
            <b>{one.level === 'error' ? 'Error' : 'Warning'}</b> {one.message}
            <Place finding={one} {...(onLine && { onLine })} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Place({
  finding,
  onLine,
}: {
  finding: Finding;
  onLine?: (line: number) => void;
}): ReactElement | null {
  const { line, policy } = finding;
  if (line === 0) return null;
  return (
    <small>
      {onLine ? (
        <button
          type="button"
          onClick={() => {
            onLine(line);
          }}
        >
          Line {line}
        </button>
      ) : (
        `Line ${line}`
      )}
      {policy && ` · ${policy}`}
    </small>
  );
}
