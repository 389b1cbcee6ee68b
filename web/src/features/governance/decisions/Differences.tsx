import type { ReactElement } from 'react';
import type { PolicyDifference } from '@/api/types';
import { diffCounts, diffLines, type DiffLine } from './diff';
import classes from './diff.module.css';

const CHANGES: Record<PolicyDifference['change'], string> = {
  added: 'Added',
  removed: 'Removed',
  changed: 'Changed',
};
const SIGNS: Record<DiffLine['sign'], string> = { added: '+', removed: '−', same: ' ', gap: '⋯' };

/** What becomes of each policy, line by line. */
export function Differences({ differences }: { differences: PolicyDifference[] }): ReactElement {
  if (differences.length === 0) return <p>No policy is added, removed or changed.</p>;
  return (
    <ul className={classes.differences} aria-label="Differences">
      {differences.map((one) => (
        <Difference key={one.policy} difference={one} />
      ))}
    </ul>
  );
}

function Difference({ difference }: { difference: PolicyDifference }): ReactElement {
  const lines = diffLines(difference.diff);
  const { added, removed } = diffCounts(lines);
  return (
    <li>
      <details open>
        <summary>
          <b className={classes.name}>{difference.policy}</b>
          <span data-change={difference.change}>{CHANGES[difference.change]}</span>
          <small>
            +{added} −{removed}
          </small>
        </summary>
        <pre className={classes.diff}>
          {lines.map(({ sign, text }, place) => (
            <span key={place} data-sign={sign}>
              <i>{SIGNS[sign]}</i>
              <span>{text || '\u200b'}</span>
            </span>
          ))}
        </pre>
      </details>
    </li>
  );
}
