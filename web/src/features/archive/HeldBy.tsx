import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { studyStateQuery } from '@/api/presence';
import { plural } from '@/shared/lib/quantities';
import { conflictWords, titlesOf } from './archive-words';
import { missingWords } from './presence-words';
import classes from './HeldBy.module.css';

/** Which archives hold a study, who contradicts whom about the patient, and who told nothing. */
export function HeldBy({ uid }: { uid: string }): ReactElement | null {
  const { data } = useQuery(studyStateQuery(uid));
  if (!data) return null;
  const troubles = [...conflictWords(data.conflicts, data.lead, titlesOf(data.archives)), missingWords(data)];
  return (
    <section className={classes.held} aria-label="Archives that hold this study">
      <ul>
        {data.archives.map(({ key, title, instances }) => (
          <li key={key}>
            <b>{title}</b>
            {typeof instances === 'number' && ` ${plural(instances, 'image')}`}
          </li>
        ))}
      </ul>
      {troubles.filter(Boolean).map((words) => (
        <p key={words} className={classes.trouble}>
          <IconAlertTriangle size={15} stroke={1.8} aria-hidden="true" />
          {words}
        </p>
      ))}
    </section>
  );
}
