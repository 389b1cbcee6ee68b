import { ActionIcon, Tooltip } from '@mantine/core';
import { IconInfoCircle, IconPhoto } from '@tabler/icons-react';
import { memo, type CSSProperties, type ReactElement } from 'react';
import type { StudyRow } from '@/api/types';
import { formatDate, formatTime } from '@/shared/lib/dates';
import { displayName, fullName } from '@/shared/lib/person-name';
import { plural } from '@/shared/lib/quantities';
import { Modality } from '@/shared/ui/Modality';
import type { Column } from './columns';
import classes from './StudyGrid.module.css';

/** The column that a card shows too. */
export const HELD = 'held';

interface LineProps {
  row: StudyRow;
  index: number;
  top: number;
  selected: boolean;
  columns: Column[];
  onActive: (index: number) => void;
  onOpen: (row: StudyRow) => void;
  onDetails: (row: StudyRow) => void;
}

/** What both shapes of a line share: its role, place and clicks. Keys are handled by the page. */
function lineProps({ row, index, top, selected, onActive, onOpen }: LineProps): Record<string, unknown> {
  return {
    role: 'row',
    id: `study-${index}`,
    'aria-rowindex': index + 2,
    'aria-selected': selected,
    style: { transform: `translateY(${top}px)` } satisfies CSSProperties,
    onClick: () => {
      onActive(index);
      onOpen(row);
    },
  };
}

export const StudyLine = memo(function StudyLine(props: LineProps): ReactElement {
  const { row, columns, onOpen, onDetails } = props;
  return (
    <div className={classes.row} {...lineProps(props)}>
      {columns.map(({ id, cell }) => (
        <div key={id} role="gridcell" className={classes.cell}>
          {cell(row)}
        </div>
      ))}
      <div role="gridcell" className={classes.go}>
        <Tooltip label="Study details (D)">
          <ActionIcon
            tabIndex={-1}
            aria-label={`Details of the study of ${fullName(row.patient_name)}`}
            onClick={(event) => {
              event.stopPropagation();
              onDetails(row);
            }}
          >
            <IconInfoCircle size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Open images (Enter)">
          <ActionIcon
            tabIndex={-1}
            aria-label={`Images of ${fullName(row.patient_name)}`}
            onClick={(event) => {
              event.stopPropagation();
              onOpen(row);
            }}
          >
            <IconPhoto size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
});

/** The phone's shape of a line. */
export const StudyCard = memo(function StudyCard(props: LineProps): ReactElement {
  const { row, columns } = props;
  const { primary, secondary } = displayName(row.patient_name);
  const held = columns.find(({ id }) => id === HELD);
  return (
    <div className={classes.card} {...lineProps(props)}>
      <div role="gridcell">
        <b>{primary}</b>
        {secondary && <span className={classes.aside}>{secondary}</span>}
      </div>
      <div role="gridcell" className={classes.end}>
        {row.modalities.map((code) => (
          <Modality key={code} code={code} />
        ))}
      </div>
      <div role="gridcell" className={classes.dim}>
        <span className="mono">{row.patient_id ?? '–'}</span>
        {row.issuer && <span className={classes.aside}>{row.issuer}</span>}
      </div>
      <div role="gridcell" className={`${classes.end} ${classes.dim}`}>
        {formatDate(row.study_date)} {formatTime(row.study_time)}
      </div>
      <div role="gridcell" className={classes.dim}>
        {row.description ?? 'No description'}
      </div>
      <div role="gridcell" className={`${classes.end} ${classes.dim}`}>
        {plural(row.instances, 'image')}
      </div>
      {held && (
        <div role="gridcell" className={classes.wide}>
          {held.cell(row)}
        </div>
      )}
    </div>
  );
});
