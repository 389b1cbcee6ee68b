"""The end of a vote: counted, written to the log, and what carried in force, all in one transaction.

One lock over all of them: what comes in force is exactly what was voted on, and only when what it was drawn up against still
is in force.
"""

import msgspec

from sixfold.governance.model import SYSTEM, BadEntry, NoSuchEntry, Principal
from sixfold.governance.model.decisions import (
    DECISION_PASSED,
    DECISION_REJECTED,
    Decision,
    NotDecidable,
    Proposal,
    State,
    Tally,
    Vote,
)
from sixfold.governance.rules import decisions as rules
from sixfold.governance.rules.assembly import Assembly
from sixfold.governance.service.assembly import assembly_of, write_change
from sixfold.governance.service.log import write_decision
from sixfold.governance.service.policies import PolicyBook
from sixfold.governance.service.proposals import OF_POLICIES, base_of, existing, make_stale, objection, wrong_state
from sixfold.governance.store import decisions as store
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.ids import new_key


class Closing:
    """Ends votes."""

    def __init__(self, database: Database, clock: Clock, policies: PolicyBook) -> None:
        self._database = database
        self._clock = clock
        self._policies = policies

    def close(self, key: str, *, by: Principal) -> Proposal:
        """End the vote, when its time is over or everybody voted; what carried is in force with it.

        Raises `NotSeated`, `NotDecidable` while somebody may still vote.
        """
        with self._database.write() as transaction:
            connection = transaction.connection
            store.lock(connection)
            proposal, assembly = existing(connection, key), assembly_of(connection, self._policies)
            assembly.seat_of(proposal.body, by)
            if proposal.state is not State.OPEN:
                wrong_state(proposal, "closed")
            voted = {vote.seat for vote in store.list_votes(connection, proposal)}
            waiting = [seat.account for seat in assembly.in_office(proposal.body) if seat.key not in voted]
            if waiting and to_text(self._clock()) < (proposal.closes_at or ""):
                raise NotDecidable(f"until {proposal.closes_at} the vote of {', '.join(waiting[:10])} is waited for")
            settled = self._settle(transaction, proposal, assembly, by)
        self._policies.forget()
        return settled

    def close_due(self) -> int:
        """End one vote whose time is over, if there is one; returns how many it ended."""
        now = to_text(self._clock())
        with self._database.read() as connection:
            due = [one for one in store.list_proposals(connection, [State.OPEN.value]) if (one.closes_at or "") <= now]
        if not due:
            return 0
        with self._database.write() as transaction:
            store.lock(transaction.connection)
            proposal = existing(transaction.connection, due[-1].key)
            if proposal.state is State.OPEN:
                self._settle(transaction, proposal, assembly_of(transaction.connection, self._policies), SYSTEM)
        self._policies.forget()
        return 1

    def _settle(self, transaction: Transaction, proposal: Proposal, assembly: Assembly, by: Principal) -> Proposal:
        connection, now = transaction.connection, to_text(self._clock())
        if base_of(assembly, proposal) != proposal.base:
            return make_stale(transaction, proposal, by)
        votes = store.list_votes(connection, proposal)
        stands = rules.tally(assembly.body(proposal.body).constitution, assembly.in_office(proposal.body), votes)
        against = _hindrance(transaction, assembly, proposal, now) if stands.carried else ""
        passed = stands.carried and not against
        settled = msgspec.structs.replace(
            proposal, state=State.PASSED if passed else State.REJECTED, why=against or stands.why, closed_at=now
        )
        store.put_proposal(connection, settled)
        decision = _entry(store.next_number(connection), settled, assembly, by)
        decision = msgspec.structs.replace(decision, record=_record(settled, assembly, stands, votes))
        write_decision(transaction, decision, DECISION_PASSED if passed else DECISION_REJECTED, settled.why)
        if passed:
            self._carry_out(transaction, settled, assembly, by)
        return settled

    def _carry_out(self, transaction: Transaction, proposal: Proposal, assembly: Assembly, by: Principal) -> None:
        if proposal.kind in OF_POLICIES:
            self._policies.activate(transaction, proposal.version, f"decision:{proposal.key}")
        if proposal.change is not None:
            after = assembly.changed(proposal.change, to_text(self._clock()), new_key)
            write_change(transaction, assembly, after, proposal.change.body, by, proposal.key)
        now_in_force = assembly_of(transaction.connection, self._policies)
        for other in store.list_proposals(transaction.connection, [State.OPEN.value]):
            if base_of(now_in_force, other) != other.base:
                make_stale(transaction, other, by)


def _hindrance(transaction: Transaction, assembly: Assembly, proposal: Proposal, now: str) -> str:
    """What stands against a proposal that found its majority; a change of seats that is no longer possible is one."""
    try:
        return assembly.why_unable(proposal.body) or objection(transaction.connection, assembly, proposal, now)
    except (BadEntry, NoSuchEntry) as error:
        return str(error)


def _entry(number: int, proposal: Proposal, assembly: Assembly, by: Principal) -> Decision:
    return Decision(
        number=number,
        proposal=proposal.key,
        body=proposal.body,
        kind=proposal.kind,
        title=proposal.title,
        reason=proposal.reason,
        outcome="passed" if proposal.state is State.PASSED else "rejected",
        at=proposal.closed_at or "",
        by=by.actor,
        accountable=assembly.chair(proposal.body),
        owner=proposal.owner,
        review_by=proposal.review_by,
        version=proposal.version,
        before=proposal.base,
        record={},
    )


def _record(proposal: Proposal, assembly: Assembly, stands: Tally, votes: list[Vote]) -> dict[str, object]:
    """The vote as it was, so that the log can be read without any other table."""
    constitution = assembly.body(proposal.body).constitution
    return {
        "why": proposal.why,
        "votes": votes,
        "tally": stands,
        "quorum": constitution.quorum,
        "majority": constitution.majority,
        "change": proposal.change,
    }
