import { IconTilde, IconEqual, IconEqualNot, IconQuestionMark } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { IdentityPair, IdentityReason, IdentityRecord } from '@/api/types';
import { bitsWords, compareLines, studiesWords } from './words';
import classes from './identity.module.css';

const MARKS = {
  same: { Icon: IconEqual, words: 'the same' },
  close: { Icon: IconTilde, words: 'almost the same' },
  different: { Icon: IconEqualNot, words: 'different' },
  missing: { Icon: IconQuestionMark, words: 'not known of both' },
} satisfies Record<IdentityReason['agreement'], unknown>;

function AgreementMark({ agreement }: { agreement: IdentityReason['agreement'] }): ReactElement {
  const { Icon, words } = MARKS[agreement];
  return (
    <span className={classes.mark} data-agreement={agreement} title={words}>
      <Icon size={16} stroke={1.8} aria-hidden="true" />
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

/** Two records side by side, what differs marked. */
export function Comparison({ pair }: { pair: IdentityPair }): ReactElement {
  return (
    <table className={classes.comparison} aria-label="Two records compared">
      <thead>
        <tr>
          <td />
          <Head record={pair.one} />
          <td />
          <Head record={pair.other} />
        </tr>
      </thead>
      <tbody>
        {compareLines(pair).map(({ label, values, agreement }) => (
          <tr key={label} data-agreement={agreement}>
            <th scope="row">{label}</th>
            <td>{values[0] || '–'}</td>
            <td>
              <AgreementMark agreement={agreement} />
            </td>
            <td>{values[1] || '–'}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">Studies</th>
          <td>{studiesWords(pair.one.studies)}</td>
          <td />
          <td>{studiesWords(pair.other.studies)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Head({ record }: { record: IdentityRecord }): ReactElement {
  return (
    <th scope="col">
      <Link to="/patients/$key" params={{ key: record.patient_key }} className="mono">
        {record.patient_id || 'No ID'}
      </Link>
      <small>{record.issuer ? `issued by ${record.issuer}` : 'unknown issuer'}</small>
      {record.contradictory && (
        <small className={classes.warning}>Studies of this ID tell of different people</small>
      )}
    </th>
  );
}

/** Why the two may be one person: each field's share of the score, and what a machine doubts. */
export function Reasons({ pair }: { pair: IdentityPair }): ReactElement {
  return (
    <section aria-label="Why">
      {pair.doubts.length > 0 && (
        <ul className={classes.doubts} aria-label="Doubts">
          {pair.doubts.map((doubt) => (
            <li key={doubt}>{doubt.charAt(0).toUpperCase() + doubt.slice(1)}</li>
          ))}
        </ul>
      )}
      <details className={classes.reasons}>
        <summary>
          Score {pair.score.toFixed(1)}, under version {pair.policy} of the policy
        </summary>
        <dl>
          {pair.reasons.map(({ field, words, bits, agreement }) => (
            <div key={`${field} ${words}`} data-agreement={agreement}>
              <dt>{field}</dt>
              <dd>{words}</dd>
              <dd className="mono">{bitsWords(bits)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}
