import { Link, Outlet } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import classes from './decisions.module.css';

const PARTS = [
  { to: '/governance/decisions', title: 'Proposals' },
  { to: '/governance/decisions/bodies', title: 'Bodies' },
  { to: '/governance/decisions/log', title: 'Log' },
] as const;

/** The frame of the pages on how the house decides. */
export function DecisionsPage(): ReactElement {
  return (
    <>
      <nav className={classes.tabs} aria-label="Decisions">
        {PARTS.map(({ to, title }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: true, includeSearch: false }}
            className={classes.tab}
          >
            {title}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
