import { Button } from '@mantine/core';
import { IconLockQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { ApiError } from '@/api/client';
import { may, sessionQuery } from '@/api/session';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { EmergencyEntry } from './EmergencyEntry';

interface MissingProps {
  error: unknown;
  /** "study" or "patient". */
  what: string;
  patientKey?: string;
  onRetry: () => void;
}

/**
 * A study or patient that could not be shown.
 *
 * The server does not tell "absent" from "closed"; who may break the glass is offered to.
 */
export function Missing({ error, what, patientKey, onRetry }: MissingProps): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const absent = error instanceof ApiError && error.status === 404;
  if (!absent || !may(session, 'break-glass')) return <ErrorNotice error={error} onRetry={onRetry} />;
  return (
    <Notice
      icon={<IconLockQuestion size={26} stroke={1.5} />}
      title={`There is no such ${what} here, or it is closed to you`}
      actions={
        <>
          <Button variant="default" onClick={onRetry}>
            Try again
          </Button>
          <EmergencyEntry patientKey={patientKey} />
        </>
      }
    >
      <p>It may never have arrived, or its record is kept to those who care for the patient.</p>
      <p>In an emergency you can open a record to yourself, for four hours and with a reason.</p>
    </Notice>
  );
}
