import { Button } from '@mantine/core';
import { IconUrgent } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { giveBack, inForce, lookAgain, ownEmergenciesQuery } from '@/api/emergency';
import { may, sessionQuery } from '@/api/session';
import type { EmergencyAccess } from '@/api/types';
import { timeLeft } from '@/shared/lib/dates';
import { useNow } from '@/shared/lib/now';
import { patientWords } from '@/shared/lib/patient-key';
import { Moment } from '@/shared/ui/Moment';
import classes from './EmergencyBanner.module.css';

const SECOND_MS = 1_000;

/** Says, while one's own emergency access is in force, to whose record and until when; and gives it back. */
export function EmergencyBanner(): ReactElement | null {
  const { data: session } = useQuery(sessionQuery);
  const { data } = useQuery({ ...ownEmergenciesQuery, enabled: may(session, 'break-glass') });
  return data?.length ? <Banner accesses={data} /> : null;
}

function Banner({ accesses }: { accesses: EmergencyAccess[] }): ReactElement | null {
  const now = useNow(SECOND_MS);
  const open = inForce(accesses, now);
  if (open.length === 0) return null;
  return (
    <section className={classes.banner} aria-label="Emergency access in force">
      {open.map((access) => (
        <Line key={access.key} access={access} now={now} />
      ))}
    </section>
  );
}

function Line({ access, now }: { access: EmergencyAccess; now: number }): ReactElement {
  const client = useQueryClient();
  const end = useMutation({ mutationFn: () => giveBack(access.key), onSuccess: () => lookAgain(client) });
  return (
    <div className={classes.line}>
      <IconUrgent size={18} stroke={1.7} aria-hidden="true" />
      <span className={classes.words}>
        <b>Emergency access</b> to patient{' '}
        <Link to="/patients/$key" params={{ key: access.patient_key }} className="mono">
          {patientWords(access.patient_key)}
        </Link>
        <span className={classes.until}>
          until <Moment at={access.until} /> · {timeLeft(access.until, now)} left
        </span>
        {end.error && <span role="alert">It was not given back: {end.error.message}</span>}
      </span>
      <Button
        variant="default"
        loading={end.isPending}
        onClick={() => {
          end.mutate();
        }}
      >
        Give back
      </Button>
    </div>
  );
}
