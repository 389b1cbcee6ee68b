import { Button, NativeSelect } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { BodyView, NewSeat, Seat } from '@/api/types';
import { NO_SEAT } from './bodies';
import { bodyDraft, type BodyDraft } from './brief';
import { ConstitutionFields } from './ConstitutionFields';
import { SeatFields } from './SeatFields';
import { CLASS_WORDS } from './words';
import classes from './decisions.module.css';

const NEW = '';

interface BodyFieldsProps {
  bodies: BodyView[];
  draft: BodyDraft;
  onChange: (draft: BodyDraft) => void;
}

/** What shall change of a body, or what a new one shall be. */
export function BodyFields({ bodies, draft, onChange }: BodyFieldsProps): ReactElement {
  const view = bodies.find(({ body }) => body.key === draft.target);
  return (
    <>
      <NativeSelect
        label="Body to change"
        data={[
          ...bodies.map(({ body }) => ({ value: body.key, label: body.constitution.name })),
          { value: NEW, label: 'A new one' },
        ]}
        value={draft.target}
        onChange={(event) => {
          onChange(bodyDraft(bodies, event.currentTarget.value));
        }}
      />
      <ConstitutionFields
        value={draft.constitution}
        onChange={(constitution) => {
          onChange({ ...draft, constitution });
        }}
      />
      <Seats seats={view?.seats ?? []} draft={draft} onChange={onChange} />
    </>
  );
}

function Seats({
  seats,
  draft,
  onChange,
}: { seats: Seat[] } & Omit<BodyFieldsProps, 'bodies'>): ReactElement {
  const { given, ended } = draft;
  return (
    <fieldset className={classes.fieldset}>
      <legend>Seats</legend>
      <ul className={classes.list}>
        {seats.map((seat) => {
          const ends = ended.includes(seat.key);
          return (
            <li key={seat.key}>
              <SeatName seat={seat} note={ends ? 'ends with this' : ''} />
              <Button
                variant="default"
                aria-label={`${ends ? 'Keep' : 'End'} the seat of ${seat.account}`}
                onClick={() => {
                  onChange({
                    ...draft,
                    ended: ends ? ended.filter((key) => key !== seat.key) : [...ended, seat.key],
                  });
                }}
              >
                {ends ? 'Keep' : 'End'}
              </Button>
            </li>
          );
        })}
        {given.map((seat) => (
          <li key={seat.account}>
            <SeatName seat={seat} note="given with this" />
            <Button
              variant="default"
              aria-label={`Remove the new seat of ${seat.account}`}
              onClick={() => {
                onChange({ ...draft, given: given.filter((one) => one !== seat) });
              }}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <Giving
        onGive={(seat) => {
          onChange({ ...draft, given: [...given.filter(({ account }) => account !== seat.account), seat] });
        }}
      />
    </fieldset>
  );
}

function SeatName({ seat, note }: { seat: NewSeat; note: string }): ReactElement {
  return (
    <span>
      <b>{seat.account}</b>
      <small>
        {CLASS_WORDS[seat.seat_class]}
        {seat.role === 'chair' && ', chair'}
        {note && `, ${note}`}
      </small>
    </span>
  );
}

function Giving({ onGive }: { onGive: (seat: NewSeat) => void }): ReactElement {
  const [seat, setSeat] = useState(NO_SEAT);
  return (
    <details className={classes.more}>
      <summary>Give a seat</summary>
      <div className={classes.form}>
        <SeatFields seat={seat} onChange={setSeat} />
        <div className={classes.actions}>
          <Button
            variant="default"
            disabled={!seat.account.trim()}
            onClick={() => {
              onGive({ ...seat, account: seat.account.trim().toLowerCase() });
              setSeat(NO_SEAT);
            }}
          >
            Add
          </Button>
        </div>
      </div>
    </details>
  );
}
