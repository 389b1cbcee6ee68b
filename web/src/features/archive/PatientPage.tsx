import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { patientQuery } from '@/api/studies';
import type { StudyRow } from '@/api/types';
import { EmergencyEntry, Missing } from '@/shared/access';
import { age, formatDate, formatTime } from '@/shared/lib/dates';
import { fullName } from '@/shared/lib/person-name';
import { plural } from '@/shared/lib/quantities';
import { Modality } from '@/shared/ui/Modality';
import { PatientHead } from '@/shared/ui/PatientHead';
import { byYear } from './timeline';
import classes from './PatientPage.module.css';

const route = getRouteApi('/signed-in/patients/$key');

export function PatientPage(): ReactElement {
  const { key } = route.useParams();
  const { data, error, refetch } = useQuery(patientQuery(key));
  const patient = data?.patient;
  useDocumentTitle(`${patient ? fullName(patient.patient_name) : 'Patient'} · Sixfold`);
  if (error) return <Missing error={error} what="patient" patientKey={key} onRetry={() => void refetch()} />;
  if (!data || !patient) return <div aria-busy="true" />;
  return (
    <div className={classes.page}>
      <PatientHead patient={patient} />
      <div className={classes.count}>
        {plural(data.studies.length, 'study', 'studies')}
        <EmergencyEntry patientKey={key} />
      </div>
      {byYear(data.studies).map(([year, studies]) => (
        <section key={year} className={classes.year} aria-label={year}>
          <h2>{year}</h2>
          <ol>
            {studies.map((study) => (
              <Line key={study.study_uid} study={study} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function Line({ study }: { study: StudyRow }): ReactElement {
  const years = age(study.birth_date, study.study_date);
  return (
    <li className={classes.study}>
      <Link to="/studies/$uid" params={{ uid: study.study_uid }} className={classes.link}>
        <span className={classes.date}>
          {formatDate(study.study_date)}
          <small>
            {[formatTime(study.study_time), years && `aged ${years}`].filter(Boolean).join(' · ')}
          </small>
        </span>
        <span className={classes.what}>
          <b>{study.description ?? 'No description'}</b>
          <small>{[study.institution, study.accession].filter(Boolean).join(' · ')}</small>
        </span>
        <span className={classes.modalities}>
          {study.modalities.map((code) => (
            <Modality key={code} code={code} />
          ))}
        </span>
        <span className={classes.images}>{plural(study.instances, 'image')}</span>
      </Link>
    </li>
  );
}
