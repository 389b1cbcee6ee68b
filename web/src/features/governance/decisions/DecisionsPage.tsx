import { Link, Outlet, useLocation } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import classes from './decisions.module.css';

const PARTS = [
  { to: '/governance/decisions', title: 'Proposals', holds: /decisions(\/(new|proposals\/.*))?\/?$/ },
  { to: '/governance/decisions/bodies', title: 'Bodies', holds: /\/(bodies|founding)$/ },
  { to: '/governance/decisions/log', title: 'Log', holds: /\/log$/ },
] as const;

/** The frame of the pages on how the house decides. */
export function DecisionsPage(): ReactElement {
  const { pathname } = useLocation();
  return (
    <>
      <nav className={classes.tabs} aria-label="Decisions">
        {PARTS.map(({ to, title, holds }) => (
          <Link key={to} to={to} className={classes.tab} data-on={holds.test(pathname)}>
            {title}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
