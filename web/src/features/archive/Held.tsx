import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { EverywhereRow } from '@/api/types';
import type { Column } from './columns';
import { conflictWords, isEverywhere, titleOf, type Titles } from './archive-words';
import { HELD } from './StudyLine';
import classes from './StudyGrid.module.css';

/** Which archives have a copy, and who of them contradicts the row about the patient. */
export function Held({ row, titles }: { row: EverywhereRow; titles: Titles }): ReactElement {
  const names = row.locations.map(({ source }) => titleOf(titles, source)).join(', ');
  const conflicts = conflictWords(row.conflicts, row.lead, titles).join('. ');
  return (
    <span title={conflicts || names}>
      {conflicts && (
        <span className={classes.conflict}>
          <IconAlertTriangle size={14} stroke={1.8} aria-hidden="true" />
          {conflicts}
        </span>
      )}
      {names}
    </span>
  );
}

/** The column of the list over all archives. */
export const heldColumn = (titles: Titles): Column => ({
  id: HELD,
  title: 'Archives',
  width: 'minmax(10rem, 1.2fr)',
  always: true,
  cell: (row) => isEverywhere(row) && <Held row={row} titles={titles} />,
});
