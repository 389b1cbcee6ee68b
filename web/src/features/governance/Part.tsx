import type { ReactElement, ReactNode } from 'react';
import classes from './Part.module.css';

interface PartProps {
  title: string;
  /** What the part is for, in a sentence. */
  lead: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a page of governance that has more than one. */
export function Part({ title, lead, actions, children }: PartProps): ReactElement {
  return (
    <section className={classes.part} aria-label={title}>
      <header className={classes.head}>
        <div>
          <h2>{title}</h2>
          <p>{lead}</p>
        </div>
        {actions}
      </header>
      {children}
    </section>
  );
}

/** That a part has nothing to show, and what that means. */
export const Nothing = ({ children }: { children: ReactNode }): ReactElement => (
  <p className={classes.nothing}>{children}</p>
);
