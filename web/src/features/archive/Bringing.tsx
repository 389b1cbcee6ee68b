import { IconCloudDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { studyStateQuery } from '@/api/presence';
import { bringingWords } from './presence-words';
import classes from './Bringing.module.css';

/** What is being brought here of the study that one looks at; what did not come is said by the page itself. */
export function Bringing({ uid }: { uid: string }): ReactElement {
  const { data } = useQuery(studyStateQuery(uid));
  const coming = bringingWords(data);
  return (
    <p className={classes.coming} role="status">
      {coming && (
        <>
          <IconCloudDown size={16} stroke={1.7} aria-hidden="true" />
          {coming}
        </>
      )}
    </p>
  );
}
