import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { studyStateQuery } from '@/api/presence';
import type { StudyRow } from '@/api/types';
import { useWarnings } from '@/api/warnings';
import { formatDate } from '@/shared/lib/dates';
import { displayName } from '@/shared/lib/person-name';
import { usePanes } from '../reading';
import { bornWords, flagsOf, sourceWords } from './safety';
import { mismatch } from './same-person';
import classes from './Banner.module.css';

/** Whose images these are, always on screen and never covered; two studies of different people are shouted. */
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
  const { data: state } = useQuery(studyStateQuery(study.study_uid));
  const warnings = useWarnings(study.study_uid);
  const shown = usePanes().filter(({ series }) => series.studyUid === study.study_uid);
  const flags = flagsOf(shown, state, warnings);
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
      <div className={classes.words}>
        <Person study={study} first={first} />
        <span className={classes.what}>
          {formatDate(study.study_date)} · {study.description ?? 'No description'} {sourceWords(state)}
        </span>
        {flags.map(({ words }) => (
          <span key={words} className={classes.flag}>
            <IconAlertTriangle size={14} stroke={2} aria-hidden /> {words}
          </span>
        ))}
        {first && <span className={classes.notice}>Not for diagnostic use</span>}
      </div>
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

function Person({ study, first }: { study: StudyRow; first: boolean }): ReactElement {
  const { primary, secondary } = displayName(study.patient_name);
  const Name = first ? 'h1' : 'h2';
  return (
    <>
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
      <span className={classes.born}>{bornWords(study)}</span>
    </>
  );
}
