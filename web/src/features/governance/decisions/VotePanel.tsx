import type { ReactElement } from 'react';
import type { BodyView, ProposalView, Tally, Vote } from '@/api/types';
import { plural } from '@/shared/lib/quantities';
import { Moment } from '@/shared/ui/Moment';
import type { Ways } from './steps';
import { VoteForm } from './VoteForm';
import { CHOICE_WORDS, CLASS_WORDS, listWords, MAJORITY_WORDS, SEAT_CLASSES } from './words';
import classes from './decisions.module.css';

interface VotePanelProps {
  view: ProposalView;
  body: BodyView | undefined;
  ways: Ways;
}

/** The vote: what is needed, how it stands, who said what, and one's own. */
export function VotePanel({ view, body, ways }: VotePanelProps): ReactElement {
  const { tally, votes, seat } = view;
  const open = view.proposal.state === 'open';
  const own = votes.find((vote) => vote.seat === seat);
  const voted = new Set(votes.map((vote) => vote.seat));
  const waiting = body?.seats.filter(({ key }) => !voted.has(key)).map(({ account }) => account) ?? [];
  return (
    <section className={classes.panel} aria-labelledby="vote">
      <h2 id="vote">The vote</h2>
      {open && <Meter tally={tally} />}
      {open && <p className={classes.tally}>{tallyWords(tally, body)}</p>}
      <ul className={classes.votes} aria-label="Votes">
        {votes.map((vote) => (
          <Voice key={vote.seat} vote={vote} />
        ))}
      </ul>
      {votes.length === 0 && <p>Nobody has voted{open ? ' yet' : ''}.</p>}
      {open && waiting.length > 0 && <p className={classes.small}>Waiting for {listWords(waiting)}.</p>}
      {ways.vote && <VoteForm proposal={view.proposal.key} own={own} />}
    </section>
  );
}

function tallyWords(tally: Tally, body: BodyView | undefined): string {
  const said = `${tally.yes} yes, ${tally.no} no, ${plural(tally.abstain, 'abstention')} of ${plural(tally.seats, 'seat')}`;
  const rule = MAJORITY_WORDS[body?.body.constitution.majority ?? 'simple'].toLowerCase();
  const stands = tally.quorate ? 'it would not carry as it stands' : 'no quorum yet';
  return `${said}. Needed: ${rule}; ${tally.carried ? 'it would carry as it stands' : stands}.`;
}

/** How many of each class voted, against how many have to. */
function Meter({ tally }: { tally: Tally }): ReactElement {
  return (
    <ul className={classes.meter} aria-label="Quorum">
      {SEAT_CLASSES.map((one) => {
        const [present, needed] = [tally.present[one] ?? 0, tally.needed[one] ?? 0];
        const share = needed === 0 ? 1 : Math.min(1, present / needed);
        return (
          <li key={one} data-full={share === 1}>
            <span>
              {CLASS_WORDS[one]}
              <b>
                {present} of {needed}
              </b>
            </span>
            <span className={classes.track} aria-hidden="true">
              <span style={{ width: `${share * 100}%` }} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Voice({ vote }: { vote: Vote }): ReactElement {
  return (
    <li data-choice={vote.choice}>
      <b>{CHOICE_WORDS[vote.choice]}</b>
      <span>
        {vote.account} <small>{CLASS_WORDS[vote.seat_class]} seat · </small>
        <small>
          <Moment at={vote.at} />
        </small>
        {vote.comment && <q>{vote.comment}</q>}
      </span>
    </li>
  );
}
