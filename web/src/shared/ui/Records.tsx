import type { CSSProperties, ReactElement, ReactNode } from 'react';
import classes from './Records.module.css';

export interface RecordColumn<Row> {
  title: string;
  /** Of the CSS grid. */
  width?: string;
  cell: (row: Row) => ReactNode;
}

interface RecordsProps<Row> {
  label: string;
  rows: Row[];
  columns: RecordColumn<Row>[];
  keyOf: (row: Row) => string;
  /** Makes each row's first cell a button that opens it. */
  onOpen?: (row: Row) => void;
  /** The key of the row that is open. */
  open?: string | null | undefined;
}

/** A table of a few hundred rows at most; on a phone each row is a card that names its cells. */
export function Records<Row>({ label, rows, columns, keyOf, onOpen, open }: RecordsProps<Row>): ReactElement {
  const widths = columns.map(({ width }) => width ?? 'minmax(0, 1fr)').join(' ');
  return (
    <div
      className={classes.table}
      role="table"
      aria-label={label}
      style={{ '--widths': widths } as CSSProperties}
    >
      <div role="rowgroup" className={classes.heading}>
        <div role="row" className={classes.row}>
          {columns.map(({ title }) => (
            <span key={title} role="columnheader">
              {title}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup">
        {rows.map((row) => (
          <div
            key={keyOf(row)}
            role="row"
            className={classes.row}
            data-opens={onOpen !== undefined}
            data-open={open === keyOf(row)}
          >
            {columns.map(({ title, cell }, place) => (
              <span key={title} role="cell" data-title={title}>
                {place === 0 && onOpen ? (
                  <button
                    type="button"
                    className={classes.opener}
                    onClick={() => {
                      onOpen(row);
                    }}
                  >
                    {cell(row)}
                  </button>
                ) : (
                  cell(row)
                )}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
