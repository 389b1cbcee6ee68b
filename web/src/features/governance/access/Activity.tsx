import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { activityQuery } from '@/api/audit';
import type { EmergencyAccess } from '@/api/types';
import { plural } from '@/shared/lib/quantities';
import { Moment } from '@/shared/ui/Moment';
import { Trouble } from '@/shared/ui/Trouble';
import { aboutWords, whatWords } from '../audit/words';
import classes from './access.module.css';

/** What the audit has of an emergency access: each look at the record that it opened. */
export function Activity({ access }: { access: EmergencyAccess }): ReactElement {
  const { data, error } = useQuery(activityQuery(access));
  if (error) return <Trouble error={error} />;
  if (!data) return <p aria-busy="true">Reading the audit…</p>;
  if (data.events.length === 0) return <p>Nothing: the record was opened and not looked at.</p>;
  return (
    <>
      <ol className={classes.activity}>
        {data.events.map((event) => (
          <li key={event.seq}>
            <Moment at={event.at} />
            <span>
              {whatWords(event)}
              {(event.payload.count ?? 1) > 1 && ` (${plural(event.payload.count ?? 1, 'time')})`}
              <small className="mono">{aboutWords(event)}</small>
            </span>
          </li>
        ))}
      </ol>
      {data.next !== null && <p>There is more: the audit page shows all of it.</p>}
    </>
  );
}
