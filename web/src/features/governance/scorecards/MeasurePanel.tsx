import { Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { Improvement, Period, Point, Score } from '@/api/scorecards';
import { formatDate } from '@/shared/lib/dates';
import { ActionDialog } from './ActionDialog';
import { Cases } from './Cases';
import { figuresOf, formatOf, formatTarget, formatValue, WORDS } from './measures';
import { SettingDialog } from './SettingDialog';
import { Sparkline } from './Sparkline';
import { TrendSign, Verdict } from './Standing';
import classes from './scorecards.module.css';

interface MeasurePanelProps {
  line: string;
  period: Period;
  score: Score;
  history: Point[];
  /** Whether the reader sets targets, owners and actions. */
  governs: boolean;
}

type Dialog = { of: 'setting' } | { of: 'action'; action: Improvement | null };

/** One measure of one line, with all that belongs to it. */
export function MeasurePanel({ line, period, score, history, governs }: MeasurePanelProps): ReactElement {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [casesShown, setCasesShown] = useState(false);
  const { title, means } = WORDS[score.measure];
  const close = (): void => {
    setDialog(null);
  };
  return (
    <section className={classes.panel} aria-label={title}>
      <h2>{title}</h2>
      <p className={classes.means}>{means}</p>
      <div className={classes.figure}>
        <b>{formatValue(score.unit, score.value)}</b>
        <span>
          {formatOf(score)}
          {score.provisional && ', so far'}
        </span>
        <Sparkline points={history} unit={score.unit} />
      </div>
      <p className={classes.judged}>
        <Verdict score={score} words />
        <span>
          {formatTarget(score)}
          {!score.target_is_own && ' (default)'}
        </span>
        <TrendSign score={score} words />
      </p>
      <Behind figures={figuresOf(score)} />
      <p className={classes.owner}>
        {score.owner ? `Answers for it: ${score.owner}` : 'Nobody answers for it yet'}
      </p>
      <Actions
        actions={score.actions}
        onOpen={
          governs
            ? (action) => {
                setDialog({ of: 'action', action });
              }
            : null
        }
      />
      <div className={classes.buttons}>
        <Button
          variant="default"
          aria-expanded={casesShown}
          onClick={() => {
            setCasesShown(!casesShown);
          }}
        >
          {casesShown ? 'Hide what is behind it' : 'What is behind it'}
        </Button>
        {governs && (
          <>
            <Button
              variant="default"
              onClick={() => {
                setDialog({ of: 'setting' });
              }}
            >
              Target and owner
            </Button>
            <Button
              variant="default"
              onClick={() => {
                setDialog({ of: 'action', action: null });
              }}
            >
              New action
            </Button>
          </>
        )}
      </div>
      {casesShown && <Cases line={line} measure={score.measure} period={period} />}
      {dialog?.of === 'setting' && <SettingDialog line={line} score={score} onClose={close} />}
      {dialog?.of === 'action' && (
        <ActionDialog line={line} measure={score.measure} action={dialog.action} onClose={close} />
      )}
    </section>
  );
}

function Behind({ figures }: { figures: string[] }): ReactElement | null {
  return figures.length > 0 ? <p className={classes.behind}>{figures.join(' · ')}</p> : null;
}

interface ActionsProps {
  actions: Improvement[];
  onOpen: ((action: Improvement) => void) | null;
}

function Actions({ actions, onOpen }: ActionsProps): ReactElement | null {
  if (actions.length === 0) return null;
  return (
    <ul className={classes.actions} aria-label="Open actions">
      {actions.map((action) => (
        <li key={action.key} data-overdue={action.overdue}>
          {onOpen ? (
            <button
              type="button"
              onClick={() => {
                onOpen(action);
              }}
            >
              {action.text}
            </button>
          ) : (
            action.text
          )}
          <small>
            {[
              action.owner || 'nobody named',
              `${action.overdue ? 'overdue since' : 'due'} ${formatDate(action.due.replaceAll('-', ''))}`,
            ].join(' · ')}
          </small>
        </li>
      ))}
    </ul>
  );
}
