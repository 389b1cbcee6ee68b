import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Patient } from '@/api/types';
import { formatDate } from '@/shared/lib/dates';
import { displayName } from '@/shared/lib/person-name';
import classes from './PatientHead.module.css';

const SEX: Record<string, string> = { F: 'Female', M: 'Male', O: 'Other' };

/** Who this is: never an ID without the authority that issued it. */
export function PatientHead({ patient, link = false }: { patient: Patient; link?: boolean }): ReactElement {
  const { primary, secondary } = displayName(patient.patient_name);
  return (
    <div className={classes.head}>
      <h1 className={classes.name}>
        {link && patient.patient_key ? (
          <Link to="/patients/$key" params={{ key: patient.patient_key }}>
            {primary}
          </Link>
        ) : (
          primary
        )}
        {secondary && <span className={classes.other}>{secondary}</span>}
      </h1>
      <dl className={classes.facts}>
        <Fact name="Patient ID" value={<span className="mono">{patient.patient_id ?? '–'}</span>} />
        <Fact name="Issued by" value={patient.issuer ?? 'Unknown issuer'} />
        <Fact name="Born" value={formatDate(patient.birth_date)} />
        <Fact name="Sex" value={SEX[patient.sex ?? ''] ?? '–'} />
      </dl>
    </div>
  );
}

export function Fact({ name, value }: { name: string; value: ReactElement | string }): ReactElement {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
