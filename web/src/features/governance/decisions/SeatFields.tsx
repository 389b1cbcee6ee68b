import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import type { NewSeat, SeatClass } from '@/api/types';
import { CLASS_WORDS, SEAT_CLASSES } from './words';
import classes from './decisions.module.css';

const CLASSES = SEAT_CLASSES.map((value) => ({ value, label: CLASS_WORDS[value] }));

interface SeatFieldsProps {
  seat: NewSeat;
  onChange: (seat: NewSeat) => void;
}

/** Who gets a seat, whom it speaks for, and whether it chairs. */
export function SeatFields({ seat, onChange }: SeatFieldsProps): ReactElement {
  return (
    <>
      <div className={classes.short}>
        <TextInput
          label="Sign-in name"
          description="Of somebody who may govern"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={seat.account}
          onChange={(event) => {
            onChange({ ...seat, account: event.currentTarget.value });
          }}
        />
        <NativeSelect
          label="Class"
          description="Whom the seat speaks for"
          data={CLASSES}
          value={seat.seat_class}
          onChange={(event) => {
            onChange({ ...seat, seat_class: event.currentTarget.value as SeatClass });
          }}
        />
      </div>
      <Checkbox
        label="Chairs the body"
        checked={seat.role === 'chair'}
        onChange={(event) => {
          onChange({ ...seat, role: event.currentTarget.checked ? 'chair' : 'member' });
        }}
      />
    </>
  );
}
