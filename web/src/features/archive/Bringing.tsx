import { CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconCloudDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { studyStateQuery } from '@/api/presence';
import { dismissWarnings, useWarnings } from '@/api/warnings';
import { bringingWords, missingWords } from './presence-words';
import classes from './Bringing.module.css';

/** What is being brought here of the study that one looks at, and what an archive did not deliver. */
export function Bringing(props: { uid: string; reading: boolean }): ReactElement | null {
  const { uid, reading } = props;
  const { data } = useQuery(studyStateQuery(uid));
  const [read, setRead] = useState(false);
  const warnings = useWarnings(uid);
  const trouble = warnings.length > 0 || (reading && !read) ? missingWords(data, warnings) : null;
  const coming = bringingWords(data);
  if (!coming && !trouble) return null;
  return (
    <section className={classes.bar} aria-label="From other archives">
      <p className={classes.coming} role="status">
        {coming && (
          <>
            <IconCloudDown size={16} stroke={1.7} aria-hidden="true" />
            {coming}
          </>
        )}
      </p>
      {trouble && (
        <p className={classes.warning}>
          <IconAlertTriangle size={16} stroke={1.7} aria-hidden="true" />
          <span>{trouble}</span>
          <CloseButton
            size="sm"
            aria-label="Dismiss"
            onClick={() => {
              dismissWarnings(uid);
              setRead(true);
            }}
          />
        </p>
      )}
    </section>
  );
}
