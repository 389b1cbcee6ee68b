import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { may, sessionQuery } from '@/api/session';
import type { EmergencyAccess } from '@/api/types';
import { patientWords } from '@/shared/lib/patient-key';
import { Moment } from '@/shared/ui/Moment';
import { Fact } from '@/shared/ui/PatientHead';
import { Activity } from './Activity';
import { actorWords } from './names';
import { ReviewForm } from './ReviewForm';
import classes from './access.module.css';

interface ReviewPanelProps {
  access: EmergencyAccess | undefined;
  onClose: () => void;
}

/** One emergency access: who, whose, why, what was done with it, and the review. */
export function ReviewPanel({ access, onClose }: ReviewPanelProps): ReactElement {
  return (
    <Drawer
      opened={access !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title="Emergency access"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {access && <Details key={access.key} access={access} />}
    </Drawer>
  );
}

function Details({ access }: { access: EmergencyAccess }): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const own = access.principal === `person:${session?.name ?? ''}`;
  return (
    <>
      <p className={classes.reason}>{access.reason}</p>
      <dl className={classes.facts}>
        <Fact name="Who" value={actorWords(access.principal)} />
        <Fact name="Patient" value={<span className="mono">{patientWords(access.patient_key)}</span>} />
        <Fact name="Taken" value={<Moment at={access.at} />} />
        <Fact name="Ends or ended" value={<Moment at={access.until} />} />
      </dl>
      <h3 className={classes.part}>What was done with it</h3>
      {may(session, 'audit') ? (
        <Activity access={access} />
      ) : (
        <p>The audit says it; your role does not open the audit. Ask an auditor.</p>
      )}
      <h3 className={classes.part}>Review</h3>
      {access.reviewed_at && <Said access={access} />}
      {!access.reviewed_at && own && <p>This one is yours: somebody else reviews it.</p>}
      {!access.reviewed_at && !own && <ReviewForm access={access} />}
    </>
  );
}

function Said({ access }: { access: EmergencyAccess }): ReactElement {
  return (
    <>
      <p>
        <b>{access.justified ? 'Justified' : 'Not justified'}</b>, said{' '}
        {actorWords(access.reviewed_by ?? 'unknown')} on <Moment at={access.reviewed_at} />
      </p>
      <p className={classes.reason}>{access.comment}</p>
    </>
  );
}
