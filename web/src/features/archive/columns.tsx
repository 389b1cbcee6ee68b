import type { ReactNode } from 'react';
import type { StudyRow } from '@/api/types';
import { age, formatDate, formatInstant, formatTime } from '@/shared/lib/dates';
import { displayName } from '@/shared/lib/person-name';
import { Modality } from '@/shared/ui/Modality';
import classes from './StudyGrid.module.css';

export interface Column {
  id: string;
  title: string;
  /** A CSS grid track. */
  width: string;
  always?: true;
  cell: (row: StudyRow) => ReactNode;
}

function patient(row: StudyRow): ReactNode {
  const { primary, secondary } = displayName(row.patient_name);
  return (
    <>
      <b>{primary}</b>
      {secondary && <span className={classes.aside}>{secondary}</span>}
    </>
  );
}

function identifier(row: StudyRow): ReactNode {
  return (
    <>
      <span className="mono">{row.patient_id ?? '–'}</span>
      {row.issuer && <span className={classes.aside}>{row.issuer}</span>}
    </>
  );
}

function born(row: StudyRow): ReactNode {
  const years = age(row.birth_date, row.study_date);
  return (
    <>
      {formatDate(row.birth_date)}
      <span className={classes.aside}>{[row.sex, years].filter(Boolean).join(' · ')}</span>
    </>
  );
}

function studyDate(row: StudyRow): ReactNode {
  return (
    <>
      {formatDate(row.study_date)}
      <span className={classes.aside}>{formatTime(row.study_time)}</span>
    </>
  );
}

export const COLUMNS: Column[] = [
  {
    id: 'modality',
    title: 'Modality',
    width: '7.5rem',
    cell: (row) => row.modalities.map((code) => <Modality key={code} code={code} />),
  },
  { id: 'patient', title: 'Patient', width: 'minmax(11rem, 1.5fr)', always: true, cell: patient },
  { id: 'patient_id', title: 'Patient ID', width: 'minmax(8.5rem, 1fr)', cell: identifier },
  { id: 'born', title: 'Born', width: '9.25rem', cell: born },
  { id: 'study_date', title: 'Study date', width: '8.5rem', always: true, cell: studyDate },
  {
    id: 'description',
    title: 'Description',
    width: 'minmax(10rem, 1.5fr)',
    cell: (row) => row.description ?? '–',
  },
  {
    id: 'accession',
    title: 'Accession',
    width: '7.5rem',
    cell: (row) => <span className="mono">{row.accession ?? '–'}</span>,
  },
  {
    id: 'institution',
    title: 'Facility',
    width: 'minmax(7rem, 0.8fr)',
    cell: (row) => row.institution ?? '–',
  },
  {
    id: 'referring',
    title: 'Referring',
    width: 'minmax(8rem, 0.8fr)',
    cell: (row) => (row.referring ? displayName(row.referring).primary : '–'),
  },
  {
    id: 'images',
    title: 'Images',
    width: '5.5rem',
    cell: (row) => (
      <>
        {row.instances}
        <span className={classes.aside}>in {row.series}</span>
      </>
    ),
  },
  { id: 'received', title: 'Received', width: '10.5rem', cell: (row) => formatInstant(row.received_at) },
];

export const DEFAULT_COLUMNS = COLUMNS.filter(({ id }) => id !== 'received' && id !== 'referring').map(
  ({ id }) => id,
);
