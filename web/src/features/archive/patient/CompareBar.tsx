import { Button } from '@mantine/core';
import { IconColumns2 } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { EverywhereRow } from '@/api/types';
import { formatDate } from '@/shared/lib/dates';
import classes from './PatientPage.module.css';

interface CompareProps {
  /** One or two, in the order in which they are shown. */
  studies: EverywhereRow[];
  onCompare: () => void;
  onClear: () => void;
}

/** What is chosen to be compared, at the foot of the page for as long as anything is. */
export function CompareBar({ studies, onCompare, onClear }: CompareProps): ReactElement | null {
  if (studies.length === 0) return null;
  const names = studies.map((row) => `${row.description ?? 'No description'}, ${formatDate(row.study_date)}`);
  return (
    <section className={classes.compare} aria-label="Compare">
      <p role="status">{names.length === 2 ? names.join(' and ') : `${names.join()}: choose another one`}</p>
      <Button
        leftSection={<IconColumns2 size={16} stroke={1.7} />}
        disabled={studies.length < 2}
        onClick={onCompare}
      >
        Side by side
      </Button>
      <Button variant="default" onClick={onClear}>
        Clear
      </Button>
    </section>
  );
}
