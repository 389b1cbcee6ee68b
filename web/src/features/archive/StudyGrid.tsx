import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type CSSProperties, type ReactElement } from 'react';
import type { StudyRow } from '@/api/types';
import type { Column } from './columns';
import { HELD, StudyCard, StudyLine } from './StudyLine';
import classes from './StudyGrid.module.css';

const ROW_HEIGHT = 34;
const CARD_HEIGHT = 88;
/** One that names archives too. */
const TALL_CARD_HEIGHT = 110;
const FETCH_AHEAD = 40;

export interface StudyGridProps {
  rows: StudyRow[];
  /** Rows in the whole answer; -1 when that is not known. */
  total: number;
  columns: Column[];
  cards: boolean;
  active: number;
  onActive: (index: number) => void;
  onOpen: (row: StudyRow) => void;
  onDetails: (row: StudyRow) => void;
  onEnd: () => void;
  busy: boolean;
}

/** A grid that draws only what is on screen, whatever the length of the list. */
export function StudyGrid(props: StudyGridProps): ReactElement {
  const { rows, total, columns, cards, active, onEnd, busy } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const cardHeight = columns.some(({ id }) => id === HELD) ? TALL_CARD_HEIGHT : CARD_HEIGHT;
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer re-renders this component itself
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => (cards ? cardHeight : ROW_HEIGHT),
    overscan: 12,
    scrollPaddingStart: cards ? 0 : 30,
    getItemKey: (index) => rows[index]?.study_uid ?? index,
  });
  const visible = virtual.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;

  useEffect(() => {
    virtual.measure();
  }, [cards, cardHeight, virtual]);
  useEffect(() => {
    if (last + FETCH_AHEAD >= rows.length) onEnd();
  }, [last, rows.length, onEnd]);
  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active, { align: 'auto' });
  }, [active, virtual]);

  const Line = cards ? StudyCard : StudyLine;
  return (
    <div
      ref={scroll}
      className={classes.scroll}
      role="grid"
      id="study-grid"
      aria-label="Studies"
      aria-rowcount={total < 0 ? -1 : total + 1}
      aria-busy={busy}
      tabIndex={0}
      aria-activedescendant={visible.some(({ index }) => index === active) ? `study-${active}` : undefined}
      style={
        {
          '--columns': `${columns.map(({ width }) => width).join(' ')} 4.25rem`,
          '--card': `${cardHeight}px`,
        } as CSSProperties
      }
    >
      <div className={classes.inner} data-cards={cards} role="presentation">
        <div role="row" aria-rowindex={1} className={cards ? 'visually-hidden' : classes.head}>
          {columns.map(({ id, title }) => (
            <span key={id} role="columnheader">
              {title}
            </span>
          ))}
          <span role="columnheader" className="visually-hidden">
            Open
          </span>
        </div>
        <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {visible.map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <Line
                key={row.study_uid}
                row={row}
                index={index}
                top={start}
                selected={index === active}
                columns={columns}
                onActive={props.onActive}
                onOpen={props.onOpen}
                onDetails={props.onDetails}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
