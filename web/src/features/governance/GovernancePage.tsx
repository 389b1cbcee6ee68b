import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Fragment, useEffect, useRef, type ReactElement } from 'react';
import { sessionQuery } from '@/api/session';
import { headingAt, sectionsOf } from './sections';
import classes from './GovernancePage.module.css';

/** The frame of the pages of governance: which of them there are for this person. */
export function GovernancePage(): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const sections = sectionsOf(session);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const nav = useRef<HTMLElement>(null);
  // On a phone the pages stand in a line that is longer than the screen.
  useEffect(() => {
    const [here] = nav.current?.querySelectorAll('[data-status=active]') ?? [];
    here?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [path, sections.length]);
  return (
    <div className={classes.frame}>
      <nav ref={nav} className={classes.nav} aria-label="Governance">
        {sections.map(({ to, title }, place) => (
          <Fragment key={to}>
            {headingAt(sections, place) && <p className={classes.heading}>{headingAt(sections, place)}</p>}
            <Link to={to} className={classes.link}>
              {title}
            </Link>
          </Fragment>
        ))}
      </nav>
      <div className={classes.page}>
        <Outlet />
      </div>
    </div>
  );
}
