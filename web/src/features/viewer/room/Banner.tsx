import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconInfoCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { StudyRow } from '@/api/types';
import { formatDate } from '@/shared/lib/dates';
import { displayName } from '@/shared/lib/person-name';
import { mismatch } from './same-person';
import classes from './ReadingRoom.module.css';

/** Whose images these are, always on screen; two studies of different people are shouted. */
export function Banner({ studies }: { studies: StudyRow[] }): ReactElement {
  const different = studies[0] && studies[1] ? mismatch(studies[0], studies[1]) : null;
  return (
    <header className={classes.banner}>
      {studies.map((study, at) => (
        <StudyLine key={study.study_uid} study={study} first={at === 0} />
      ))}
      {different && (
        <p className={classes.mismatch} role="alert">
          <IconAlertTriangle size={18} stroke={2} /> Two different patients: {different}
        </p>
      )}
    </header>
  );
}

function StudyLine({ study, first }: { study: StudyRow; first: boolean }): ReactElement {
  const { primary, secondary } = displayName(study.patient_name);
  const Name = first ? 'h1' : 'h2';
  return (
    <div className={classes.head}>
      {first && (
        <Tooltip label="Back to the studies (Esc)">
          <ActionIcon
            aria-label="Back to the studies"
            renderRoot={(props) => <Link to="/studies" {...props} />}
          >
            <IconArrowLeft size={18} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      )}
      <Name>
        {study.patient_key ? (
          <Link to="/patients/$key" params={{ key: study.patient_key }}>
            {primary}
          </Link>
        ) : (
          primary
        )}
        {secondary && <span>{secondary}</span>}
      </Name>
      <span className={classes.id}>
        <span className="mono">{study.patient_id ?? 'No patient ID'}</span> {study.issuer ?? 'unknown issuer'}
      </span>
      <span className={classes.what}>
        {formatDate(study.study_date)} · {study.description ?? 'No description'}
      </span>
      <Tooltip label={first ? 'Study details (D)' : 'Study details'}>
        <ActionIcon
          aria-label={first ? 'Study details' : 'Details of the second study'}
          renderRoot={(props) => <Link to="/studies/$uid" params={{ uid: study.study_uid }} {...props} />}
        >
          <IconInfoCircle size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
