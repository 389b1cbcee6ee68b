import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { lineQuery, type Improvement } from '@/api/scorecards';
import { may, sessionQuery } from '@/api/session';
import { formatDate } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/quantities';
import { ErrorNotice } from '@/shared/ui/Notice';
import { lineName, WORDS } from './measures';
import { MeasurePanel } from './MeasurePanel';
import { MonthPicker } from './MonthPicker';
import { monthOf, periodOf } from './months';
import { OverdueActions } from './OverdueActions';
import classes from './scorecards.module.css';

const route = getRouteApi('/signed-in/scorecards/$line');

/** One service line: each measure with its year, what stands behind it, who answers for it, and what is done. */
export function LinePage(): ReactElement {
  const { line } = route.useParams();
  const { month = monthOf(new Date()) } = route.useSearch();
  const navigate = useNavigate();
  const period = periodOf(month);
  const { data, error, refetch } = useQuery(lineQuery(line, period));
  const { data: session } = useQuery(sessionQuery);
  useDocumentTitle(`${lineName(line)} · Scorecards · Sixfold`);
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <div aria-busy="true" />;
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div>
          <Link to="/scorecards" search={{ month }} className={classes.back}>
            Scorecards
          </Link>
          <h1>{lineName(line)}</h1>
          <p>{plural(data.card.studies, 'study', 'studies')} arrived</p>
        </div>
        <MonthPicker
          month={month}
          onChange={(next) =>
            void navigate({ to: '/scorecards/$line', params: { line }, search: { month: next } })
          }
        />
      </header>
      <OverdueActions actions={data.actions.filter(({ overdue }) => overdue)} month={month} />
      <div className={classes.panels}>
        {data.card.scores.map((score) => (
          <MeasurePanel
            key={score.measure}
            line={line}
            period={period}
            score={score}
            history={data.history[score.measure] ?? []}
            governs={may(session, 'govern')}
          />
        ))}
      </div>
      <Closed actions={data.actions.filter(({ state }) => state !== 'open')} />
    </div>
  );
}

function Closed({ actions }: { actions: Improvement[] }): ReactElement | null {
  if (actions.length === 0) return null;
  return (
    <section className={classes.closed}>
      <h2>Closed actions</h2>
      <ul>
        {actions.map(({ key, text, measure, state, owner, changed_at }) => (
          <li key={key}>
            {text}
            <small>
              {[
                WORDS[measure].title,
                owner,
                `${state} ${formatDate(changed_at.slice(0, 10).replaceAll('-', ''))}`,
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
