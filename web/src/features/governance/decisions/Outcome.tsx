import { NativeSelect, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { replayQuery } from '@/api/decisions';
import type { Outlook, OutlookChange, OutlookGroup } from '@/api/types';
import { formatCount, plural } from '@/shared/lib/quantities';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { Trouble } from '@/shared/ui/Trouble';
import { actorWords } from '../access/names';
import { changeKey, groupWords, GROUPINGS, type Grouping } from './replays';
import { traitsWords } from './words';
import classes from './decisions.module.css';

/** The result of a replay: how much, of whom, and what. */
export function Outcome({ replay }: { replay: string }): ReactElement {
  const [actor, setActor] = useState('');
  const { data, error } = useQuery({ ...replayQuery(replay, actor), placeholderData: keepPreviousData });
  const outlook = data?.outlook;
  if (error) return <Trouble error={error} />;
  if (!outlook) return <div aria-busy="true" />;
  const { gains, loses } = outlook.totals;
  if (gains + loses === 0)
    return (
      <>
        <p>
          <b>Nobody would have gained or lost an access.</b>
        </p>
        <Limits outlook={outlook} />
      </>
    );
  return (
    <>
      <div className={classes.totals}>
        <p data-direction="gains">
          <b>+{formatCount(gains)}</b> {gains === 1 ? 'access' : 'accesses'} gained
        </p>
        <p data-direction="loses">
          <b>−{formatCount(loses)}</b> {loses === 1 ? 'access' : 'accesses'} lost
        </p>
      </div>
      <Groups outlook={outlook} />
      <div className={classes.panelHead}>
        <h3>Who gains and loses what</h3>
        <NativeSelect
          aria-label="Of whom"
          data={[
            { value: '', label: 'Everybody' },
            ...outlook.people.map(({ name }) => ({ value: name, label: actorWords(name) })),
          ]}
          value={actor}
          onChange={(event) => {
            setActor(event.currentTarget.value);
          }}
        />
      </div>
      <Records label="Changes" rows={outlook.changes} columns={COLUMNS} keyOf={changeKey} />
      {data.changes_in_all > outlook.changes.length && (
        <p className={classes.small}>
          The {formatCount(outlook.changes.length)} most frequent of {formatCount(data.changes_in_all)} are
          shown: choose somebody to see more of theirs.
        </p>
      )}
      <Limits outlook={outlook} />
    </>
  );
}

function Groups({ outlook }: { outlook: Outlook }): ReactElement {
  const [by, setBy] = useState<Grouping>('people');
  return (
    <>
      <SegmentedControl
        className={classes.choices}
        aria-label="Counted by"
        data={GROUPINGS}
        value={by}
        onChange={setBy}
      />
      <ul className={classes.groups} aria-label="Counts">
        {outlook[by].map((group) => (
          <li key={group.name}>
            <span>{groupWords(by, group)}</span>
            <Amount group={group} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Amount({ group: { gains, loses } }: { group: OutlookGroup }): ReactElement {
  return (
    <span>
      {gains > 0 && <b data-direction="gains">+{formatCount(gains)}</b>}{' '}
      {loses > 0 && <b data-direction="loses">−{formatCount(loses)}</b>}
    </span>
  );
}

const COLUMNS: RecordColumn<OutlookChange>[] = [
  { title: 'Who', width: 'minmax(0, 0.8fr)', cell: ({ actor }) => <b>{actorWords(actor)}</b> },
  {
    title: 'What',
    width: '6.5rem',
    cell: ({ direction, count }) => (
      <b data-direction={direction}>
        {direction === 'gains' ? '+' : '−'}
        {formatCount(count)} {direction === 'gains' ? 'gained' : 'lost'}
      </b>
    ),
  },
  {
    title: 'Of',
    width: 'minmax(0, 1.4fr)',
    cell: ({ action, traits }) => `${action}, ${traitsWords(traits)}`,
  },
  {
    title: 'By',
    width: 'minmax(0, 1.2fr)',
    cell: ({ policies }) => <span className="mono">{policies.join(', ') || 'no policy'}</span>,
  },
];

/** What the result is of, and what it cannot say. */
function Limits({ outlook: { totals, left_off } }: { outlook: Outlook }): ReactElement {
  const lines = [
    `${plural(totals.accesses, 'access', 'accesses')} of ${plural(totals.events, 'event')} were decided again.`,
    totals.beyond_record > 0 &&
      `${plural(totals.beyond_record, 'access', 'accesses')} more would be let into the house; how they would end is not on record, as nobody looked at the study.`,
    totals.without_judgement > 0 &&
      `${plural(totals.without_judgement, 'access was', 'accesses were')} not decided by policies and are left out.`,
    left_off > 0 &&
      `${plural(left_off, 'access', 'accesses')} are in the counts only: there are too many different ones.`,
  ];
  return <p className={classes.small}>{lines.filter(Boolean).join(' ')}</p>;
}
