import { Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { BodyView, Seat } from '@/api/types';
import { plural } from '@/shared/lib/quantities';
import { LinkButton } from '@/shared/ui/LinkButton';
import { Moment } from '@/shared/ui/Moment';
import { Fact } from '@/shared/ui/PatientHead';
import { BodyDialog } from './BodyDialog';
import { neededOf } from './bodies';
import { FirstSeat } from './FirstSeat';
import { CLASS_WORDS, DOMAIN_WORDS, goldenWords, MAJORITY_WORDS, SEAT_CLASSES, unwrapped } from './words';
import classes from './decisions.module.css';

interface BodyPanelProps {
  view: BodyView;
  /** Whether the reader gives seats and words charters. */
  founder: boolean;
  founding: boolean;
}

/** One body: what it is for, who sits in it, and what it needs for a decision. */
export function BodyPanel({ view, founder, founding }: BodyPanelProps): ReactElement {
  const [changing, setChanging] = useState(false);
  const { key, constitution } = view.body;
  return (
    <section className={classes.panel} aria-labelledby={`body-${key}`}>
      <div className={classes.panelHead}>
        <h2 id={`body-${key}`}>{constitution.name}</h2>
        {founder && (
          <Button
            variant="default"
            onClick={() => {
              setChanging(true);
            }}
          >
            Change the charter…
          </Button>
        )}
        {!founding && (
          <LinkButton
            variant="default"
            to="/governance/decisions/new"
            search={{ kind: 'charter', body: key }}
          >
            Propose a change…
          </LinkButton>
        )}
      </div>
      <p className={view.unable ? classes.unable : classes.able} role="status">
        {view.unable ? (
          <>
            <b>It cannot decide:</b> {view.unable}.
          </>
        ) : (
          'It can decide.'
        )}
      </p>
      <p className={classes.prose}>{unwrapped(constitution.charter)}</p>
      <dl className={classes.facts}>
        <Fact name="Decides on" value={DOMAIN_WORDS[constitution.domain ?? 'policies']} />
        <Fact name="Agrees by" value={MAJORITY_WORDS[constitution.majority ?? 'simple']} />
        <Fact name="Chair, who answers for it" value={view.chair || 'None'} />
      </dl>
      <div className={classes.classes}>
        {SEAT_CLASSES.map((one) => (
          <ClassSeats
            key={one}
            name={CLASS_WORDS[one]}
            seats={view.seats.filter(({ seat_class }) => seat_class === one)}
            needed={neededOf(constitution, one)}
          />
        ))}
      </div>
      {constitution.golden.length > 0 && (
        <details className={classes.more}>
          <summary>{plural(constitution.golden.length, 'golden case')} that no policy may break</summary>
          <ul>
            {constitution.golden.map((one) => (
              <li key={one.name}>
                <b>{one.name}</b>: {goldenWords(one)}
              </li>
            ))}
          </ul>
        </details>
      )}
      {founder && <FirstSeat body={key} />}
      <BodyDialog
        opened={changing}
        body={view.body}
        onClose={() => {
          setChanging(false);
        }}
      />
    </section>
  );
}

function ClassSeats({ name, seats, needed }: { name: string; seats: Seat[]; needed: number }): ReactElement {
  return (
    <div>
      <h3>{name}</h3>
      <p className={classes.small}>
        {plural(seats.length, 'seat')}, {needed} needed to vote
      </p>
      <ul className={classes.seats}>
        {seats.map((seat) => (
          <li key={seat.key}>
            {seat.account}
            {seat.role === 'chair' && <b> · chair</b>}
            <small>
              since <Moment at={seat.since} />
            </small>
          </li>
        ))}
      </ul>
    </div>
  );
}
