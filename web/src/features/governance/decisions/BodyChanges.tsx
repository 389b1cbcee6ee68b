import type { ReactElement } from 'react';
import type { BodyChange, BodyView, ProposalState } from '@/api/types';
import { constitutionChanges } from './changes';
import { bodyName, CLASS_WORDS } from './words';
import classes from './decisions.module.css';

interface BodyChangesProps {
  change: BodyChange;
  bodies: BodyView[];
  state: ProposalState;
}

/** What a proposal changes of a body: its constitution and its seats. */
export function BodyChanges({ change, bodies, state }: BodyChangesProps): ReactElement {
  const view = bodies.find(({ body }) => body.key === change.body);
  const settled = state === 'passed';
  const changes = change.constitution
    ? constitutionChanges(settled ? undefined : view?.body.constitution, change.constitution)
    : [];
  const seatName = (key: string): string => {
    const seat = view?.seats.find((one) => one.key === key);
    return seat ? `${seat.account}, ${CLASS_WORDS[seat.seat_class]}` : 'a seat that is ended already';
  };
  const name = view ? bodyName(bodies, change.body) : (change.constitution?.name ?? change.body);
  return (
    <section className={classes.panel} aria-labelledby="changes">
      <h2 id="changes">{view ? `What changes: ${name}` : `A new body: ${name}`}</h2>
      <ul className={classes.changes}>
        {change.ended.map((key) => (
          <li key={key} data-sign="removed">
            <b>− Seat ends</b> {seatName(key)}
          </li>
        ))}
        {change.given.map(({ account, seat_class, role }) => (
          <li key={account} data-sign="added">
            <b>+ Seat given</b> {account}, {CLASS_WORDS[seat_class]}
            {role === 'chair' && ', chair'}
          </li>
        ))}
        {changes.map(({ name: what, before, after }) => (
          <li key={what}>
            <b>{what}</b>
            {before && <del>− {before}</del>}
            {after && <ins>+ {after}</ins>}
          </li>
        ))}
      </ul>
    </section>
  );
}
