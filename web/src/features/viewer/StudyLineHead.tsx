import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconInfoCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { StudyRow } from '@/api/types';
import { formatDate } from '@/shared/lib/dates';
import { displayName } from '@/shared/lib/person-name';
import classes from './ViewerPage.module.css';

/** Whose images these are, always on screen. */
export function StudyLineHead({ study }: { study: StudyRow }): ReactElement {
  const { primary, secondary } = displayName(study.patient_name);
  return (
    <div className={classes.head}>
      <Tooltip label="Back to the studies (Esc)">
        <ActionIcon
          aria-label="Back to the studies"
          renderRoot={(props) => <Link to="/studies" {...props} />}
        >
          <IconArrowLeft size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <h1>
        {study.patient_key ? (
          <Link to="/patients/$key" params={{ key: study.patient_key }}>
            {primary}
          </Link>
        ) : (
          primary
        )}
        {secondary && <span>{secondary}</span>}
      </h1>
      <span className={classes.id}>
        <span className="mono">{study.patient_id}</span> {study.issuer ?? 'unknown issuer'}
      </span>
      <span className={classes.what}>
        {formatDate(study.study_date)} · {study.description ?? 'No description'}
      </span>
      <Tooltip label="Study details (D)">
        <ActionIcon
          aria-label="Study details"
          renderRoot={(props) => <Link to="/studies/$uid" params={{ uid: study.study_uid }} {...props} />}
        >
          <IconInfoCircle size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
