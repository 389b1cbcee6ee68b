import { Button, type ButtonProps } from '@mantine/core';
import { IconUrgent } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { inForce, ownEmergenciesQuery } from '@/api/emergency';
import { may, sessionQuery } from '@/api/session';
import { useNow } from '@/shared/lib/now';
import { EmergencyDialog, type EmergencyDialogProps } from './EmergencyDialog';
import classes from './access.module.css';

type EmergencyEntryProps = Pick<EmergencyDialogProps, 'patientKey' | 'onDone'> & Pick<ButtonProps, 'size'>;

const MINUTE_MS = 60_000;

/** The way into emergency access, for those who may take it and have not taken it for this patient. */
export function EmergencyEntry({ patientKey, onDone, size }: EmergencyEntryProps): ReactElement | null {
  const { data: session } = useQuery(sessionQuery);
  const mayBreak = may(session, 'break-glass');
  const { data: own } = useQuery({ ...ownEmergenciesQuery, enabled: mayBreak });
  const [opened, setOpened] = useState(false);
  const now = useNow(MINUTE_MS);
  const taken = inForce(own ?? [], now).some(({ patient_key }) => patient_key === patientKey);
  if (!mayBreak || taken) return null;
  return (
    <>
      <Button
        variant="default"
        size={size ?? 'xs'}
        leftSection={<IconUrgent size={16} stroke={1.7} className={classes.urgent} />}
        onClick={() => {
          setOpened(true);
        }}
      >
        Emergency access…
      </Button>
      <EmergencyDialog
        opened={opened}
        onClose={() => {
          setOpened(false);
        }}
        patientKey={patientKey}
        onDone={onDone}
      />
    </>
  );
}

interface HintProps extends Pick<EmergencyDialogProps, 'onDone'> {
  shown: boolean;
}

/** Says below a short list that it may not be all there is; nothing for those who cannot change that. */
export function EmergencyHint({ shown, onDone }: HintProps): ReactElement | null {
  const { data: session } = useQuery(sessionQuery);
  if (!shown || !may(session, 'break-glass')) return null;
  return (
    <div className={classes.hint}>
      <span>Some records may be closed to you.</span>
      <EmergencyEntry onDone={onDone} />
    </div>
  );
}
