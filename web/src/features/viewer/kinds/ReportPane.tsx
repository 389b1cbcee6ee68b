import type { ReactElement } from 'react';
import type { DataSet } from '@/api/dicomjson';
import { Notice } from '@/shared/ui/Notice';
import { readReport, type ReportItem } from './report';
import classes from './ReportPane.module.css';

/** A structured report as text to read. */
export function ReportPane({ report }: { report: DataSet }): ReactElement {
  const { name, children } = readReport(report);
  if (children.length === 0)
    return <Notice title={name ?? 'Empty report'}>This report has no readable content.</Notice>;
  return (
    // A region that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} role="region" aria-label="Report" tabIndex={0}>
      <article className={classes.report}>
        <h2>{name ?? 'Report'}</h2>
        <Items items={children} />
      </article>
    </div>
  );
}

function Items({ items }: { items: ReportItem[] }): ReactElement {
  return (
    <ul>
      {items.map((item, index) => (
        <li key={index}>
          <p data-heading={item.children.length > 0 && item.value === null}>
            {item.name && <span>{item.name}</span>} {item.value}
          </p>
          {item.children.length > 0 && <Items items={item.children} />}
        </li>
      ))}
    </ul>
  );
}
