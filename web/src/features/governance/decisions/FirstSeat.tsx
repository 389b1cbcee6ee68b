import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { giveSeats, refreshDecisions } from '@/api/decisions';
import { Trouble } from '@/shared/ui/Trouble';
import { NO_SEAT } from './bodies';
import { SeatFields } from './SeatFields';
import classes from './decisions.module.css';

/** An administrator gives the seats of a body that cannot decide for itself. */
export function FirstSeat({ body }: { body: string }): ReactElement {
  const client = useQueryClient();
  const [seat, setSeat] = useState(NO_SEAT);
  const give = useMutation({
    mutationFn: () => giveSeats(body, [{ ...seat, account: seat.account.trim().toLowerCase() }]),
    onSuccess: async () => {
      setSeat(NO_SEAT);
      await refreshDecisions(client);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (seat.account.trim()) give.mutate();
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label="Give a seat">
      <h3>Give a seat</h3>
      <SeatFields seat={seat} onChange={setSeat} />
      <Trouble error={give.error} />
      <div className={classes.actions}>
        <Button type="submit" variant="default" loading={give.isPending} disabled={!seat.account.trim()}>
          Give the seat
        </Button>
        <small>It cannot be taken back here; once the body can decide, it ends seats.</small>
      </div>
    </form>
  );
}
