import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { sessionQuery } from '@/api/session';
import { sectionsOf } from './sections';
import classes from './GovernancePage.module.css';

/** The frame of the pages of governance: which of them there are for this person. */
export function GovernancePage(): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  return (
    <div className={classes.frame}>
      <nav className={classes.nav} aria-label="Governance">
        {sectionsOf(session).map(({ to, title }) => (
          <Link key={to} to={to} className={classes.link}>
            {title}
          </Link>
        ))}
      </nav>
      <div className={classes.page}>
        <Outlet />
      </div>
    </div>
  );
}
