import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { may, sessionQuery } from '@/api/session';
import type { EnterprisePatient, IdentityRecord } from '@/api/types';
import { formatDate } from '@/shared/lib/dates';
import { fullName } from '@/shared/lib/person-name';
import { plural } from '@/shared/lib/quantities';
import { LinkButton } from '@/shared/ui/LinkButton';
import classes from './PatientPage.module.css';

const numberOf = ({ patient_id, issuer }: IdentityRecord): string =>
  `${patient_id || 'no number'}, ${issuer || 'unknown issuer'}`;

const studiesOf = ({ studies }: IdentityRecord): number =>
  Object.values(studies).reduce((sum, count) => sum + count, 0);

const reasonsOf = ({ reasons, doubts }: EnterprisePatient['links'][number]): string =>
  [...reasons.map(({ words }) => words), ...doubts].filter(Boolean).join('; ');

/** By which numbers a person is known, and why they are taken for one person. */
export function Members({ person }: { person: EnterprisePatient }): ReactElement | null {
  if (person.members.length < 2) return null;
  return (
    <details className={classes.members}>
      <summary>{plural(person.members.length, 'record')} of this person</summary>
      <ul>
        {person.members.map((record) => (
          <li key={record.patient_key}>
            <span className="mono">{numberOf(record)}</span> {fullName(record.name)}, born{' '}
            {formatDate(record.birth_date)}
          </li>
        ))}
      </ul>
      {person.links.map((link) => (
        <p key={link.pair}>Taken for one person: {reasonsOf(link)}</p>
      ))}
    </details>
  );
}

/** Records that may be of the same person: named apart, with nothing of them on the timeline. */
export function PossiblySame({ person }: { person: EnterprisePatient }): ReactElement | null {
  const { data: session } = useQuery(sessionQuery);
  if (person.possible.length === 0) return null;
  return (
    <section className={classes.possible} aria-label="Possibly the same patient">
      <h2>Possibly the same patient</h2>
      <p>Nobody has decided yet. Nothing of these records stands on the timeline above.</p>
      <ul>
        {person.possible.map(({ record, link }) => (
          <li key={link.pair}>
            <Link to="/patients/$key" params={{ key: record.patient_key }}>
              <b>{fullName(record.name)}</b> <span className="mono">{numberOf(record)}</span>
            </Link>
            <small>
              born {formatDate(record.birth_date)} · {plural(studiesOf(record), 'study', 'studies')} ·{' '}
              {reasonsOf(link)}
            </small>
          </li>
        ))}
      </ul>
      {may(session, 'identify') && (
        <LinkButton to="/governance/identity" variant="default">
          Decide about them
        </LinkButton>
      )}
    </section>
  );
}
