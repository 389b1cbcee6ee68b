import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { casesQuery, type Case, type Measure, type Period } from '@/api/scorecards';
import { formatInstant } from '@/shared/lib/dates';
import { formatCount } from '@/shared/lib/quantities';
import { ErrorNotice } from '@/shared/ui/Notice';
import classes from './scorecards.module.css';

const FIRST = 20;
const MOST = 500;

interface CasesProps {
  line: string;
  measure: Measure;
  period: Period;
}

/** The studies and events that were counted, those against the target first. */
export function Cases({ line, measure, period }: CasesProps): ReactElement {
  const [limit, setLimit] = useState(FIRST);
  const { data, error, refetch } = useQuery(casesQuery(line, measure, period, limit));
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <div aria-busy="true" />;
  if (data.total === 0) return <p className={classes.none}>There is nothing behind it in this month.</p>;
  return (
    <div className={classes.cases}>
      <ul>
        {data.cases.map((one, index) => (
          <Line key={`${index} ${one.at} ${one.study_uid}`} one={one} />
        ))}
      </ul>
      {data.cases.length < data.total && (
        <p>
          {formatCount(data.cases.length)} of {formatCount(data.total)}{' '}
          {limit < MOST && (
            <Button
              variant="subtle"
              onClick={() => {
                setLimit(Math.min(MOST, limit * 5));
              }}
            >
              More
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

function Line({ one }: { one: Case }): ReactElement {
  const says = (
    <>
      {one.against && <span className={classes.against}>Against the target: </span>}
      {one.says}
    </>
  );
  return (
    <li data-against={one.against}>
      {one.study_uid ? (
        <Link to="/studies/$uid" params={{ uid: one.study_uid }}>
          {says}
        </Link>
      ) : (
        <span>{says}</span>
      )}
      <small>{formatInstant(one.at)}</small>
    </li>
  );
}
