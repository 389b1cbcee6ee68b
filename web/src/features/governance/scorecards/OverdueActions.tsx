import { IconClockExclamation } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Improvement } from '@/api/scorecards';
import { formatDate } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/quantities';
import { lineName, WORDS } from './measures';
import classes from './scorecards.module.css';

/** What should have been done, the longest overdue first; nothing when there is nothing. */
export function OverdueActions({
  actions,
  month,
}: {
  actions: Improvement[];
  month: string;
}): ReactElement | null {
  if (actions.length === 0) return null;
  return (
    <section className={classes.overdue} aria-label="Overdue actions">
      <h2>
        <IconClockExclamation size={17} stroke={1.7} aria-hidden="true" />
        {plural(actions.length, 'overdue action')}
      </h2>
      <ul>
        {actions.map(({ key, line, measure, text, owner, due }) => (
          <li key={key}>
            <Link to="/scorecards/$line" params={{ line }} search={{ month }}>
              {text}
            </Link>
            <small>
              {[
                lineName(line),
                WORDS[measure].title,
                owner || 'nobody named',
                `due ${formatDate(due.replaceAll('-', ''))}`,
              ].join(' · ')}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
