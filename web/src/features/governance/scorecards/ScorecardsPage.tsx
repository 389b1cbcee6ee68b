import { useDocumentTitle } from '@mantine/hooks';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { scorecardsQuery, type Card, type Measure, type Score } from '@/api/scorecards';
import { plural } from '@/shared/lib/quantities';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { formatOf, formatTarget, formatValue, lineName, WORDS } from './measures';
import { MonthPicker } from './MonthPicker';
import { monthOf, periodOf } from './months';
import { OverdueActions } from './OverdueActions';
import { TrendSign, Verdict } from './Standing';
import classes from './scorecards.module.css';

const route = getRouteApi('/signed-in/scorecards');
const MEASURES = Object.keys(WORDS) as Measure[];

/** Every service line beside the others: what is well, what is not, and what should have been done. */
export function ScorecardsPage(): ReactElement {
  const { month = monthOf(new Date()) } = route.useSearch();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(scorecardsQuery(periodOf(month)));
  useDocumentTitle('Scorecards · Sixfold');
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Scorecards</h1>
        <MonthPicker
          month={month}
          onChange={(next) => void navigate({ to: '/scorecards', search: { month: next } })}
        />
      </header>
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && <div aria-busy="true" />}
      {data && <OverdueActions actions={data.overdue} month={month} />}
      {data && data.lines.length > 0 && <Lines cards={data.lines} month={month} />}
      {data?.lines.length === 0 && (
        <Notice title="Nothing to measure in this month" icon={<IconChartBar size={26} stroke={1.6} />}>
          <p>Scorecards count what arrives, is read and is refused. They begin with the first study.</p>
        </Notice>
      )}
    </div>
  );
}

function Lines({ cards, month }: { cards: Card[]; month: string }): ReactElement {
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <caption className="visually-hidden">Measures of each service line</caption>
        <thead>
          <tr>
            <th scope="col">Service line</th>
            {MEASURES.map((measure) => (
              <th key={measure} scope="col" title={WORDS[measure].means}>
                {WORDS[measure].title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cards.map((card) => (
            <tr key={card.line}>
              <th scope="row">
                <Link to="/scorecards/$line" params={{ line: card.line }} search={{ month }}>
                  {lineName(card.line)}
                </Link>
                <small>{plural(card.studies, 'study', 'studies')}</small>
              </th>
              {card.scores.map((score) => (
                <Cell key={score.measure} score={score} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ score }: { score: Score }): ReactElement {
  return (
    <td title={`Target: ${formatTarget(score)}`}>
      <span className={classes.label} aria-hidden="true">
        {WORDS[score.measure].title}
      </span>
      <span className={classes.value}>
        <Verdict score={score} />
        <b>{formatValue(score.unit, score.value)}</b>
        <TrendSign score={score} />
      </span>
      <small>{score.few && score.n > 0 ? `only ${score.n}` : formatOf(score)}</small>
    </td>
  );
}
