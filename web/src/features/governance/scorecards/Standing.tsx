import {
  IconAlertTriangle,
  IconArrowDownRight,
  IconArrowRight,
  IconArrowUpRight,
  IconCircleCheck,
  IconCircleDashed,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { Score } from '@/api/scorecards';
import { formatValue, TREND_WORDS, VERDICT_WORDS, verdictOf } from './measures';
import classes from './scorecards.module.css';

const SIGNS = {
  met: IconCircleCheck,
  missed: IconAlertTriangle,
  few: IconCircleDashed,
  nothing: IconCircleDashed,
};

/** Met or missed, by shape and word as well as by colour. */
export function Verdict({ score, words = false }: { score: Score; words?: boolean }): ReactElement {
  const verdict = verdictOf(score);
  const Sign = SIGNS[verdict];
  return (
    <span className={classes.verdict} data-verdict={verdict}>
      <Sign size={16} stroke={1.8} aria-hidden="true" />
      <span className={words ? undefined : 'visually-hidden'}>{VERDICT_WORDS[verdict]}</span>
    </span>
  );
}

/** An arrow in the direction of the value, with whether that is good; nothing where there is too little to say. */
export function TrendSign({ score, words = false }: { score: Score; words?: boolean }): ReactElement | null {
  if (score.trend === 'unknown') return null;
  const up = (score.trend === 'better') === score.more_is_better;
  const Sign = score.trend === 'steady' ? IconArrowRight : up ? IconArrowUpRight : IconArrowDownRight;
  return (
    <span
      className={classes.trend}
      data-trend={score.trend}
      title={`${TREND_WORDS[score.trend]}: ${formatValue(score.unit, score.before)}`}
    >
      <Sign size={14} stroke={2} aria-hidden="true" />
      <span className={words ? undefined : 'visually-hidden'}>
        {TREND_WORDS[score.trend]}
        {words && ` (${formatValue(score.unit, score.before)})`}
      </span>
    </span>
  );
}
