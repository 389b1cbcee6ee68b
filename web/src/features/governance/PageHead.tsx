import { useDocumentTitle } from '@mantine/hooks';
import type { ReactElement, ReactNode } from 'react';
import classes from './PageHead.module.css';

interface PageHeadProps {
  title: string;
  /** What the page is for, in a sentence. */
  lead: string;
  children?: ReactNode;
}

/** The head of a page of governance, with what one can do there. */
export function PageHead({ title, lead, children }: PageHeadProps): ReactElement {
  useDocumentTitle(`${title} · Sixfold`);
  return (
    <header className={classes.head}>
      <div>
        <h1>{title}</h1>
        <p>{lead}</p>
      </div>
      {children && <div className={classes.actions}>{children}</div>}
    </header>
  );
}
