"""The log of decisions: what was decided, before there was a body as by one, and the looks back that are due."""

import msgspec

from sixfold.governance.model import BadEntry, NoSuchEntry, Principal
from sixfold.governance.model.decisions import (
    DECISION_FOUNDED,
    DECISION_REVIEWED,
    STEERING,
    Decision,
    Founding,
    Kind,
    LockedOut,
    NotDecidable,
    NotSeated,
    Review,
)
from sixfold.governance.model.policy import BadPolicy
from sixfold.governance.rules import decisions as rules
from sixfold.governance.rules.examination import examine
from sixfold.governance.service.assembly import assembly_of
from sixfold.governance.service.policies import PolicyBook
from sixfold.governance.store import decisions as store
from sixfold.governance.store import policies as policy_store
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.ids import new_key
from sixfold.kernel.kinds import EventKind


class Logged(msgspec.Struct, frozen=True):
    """A decision, every look back at it, by when the next is due, and whether that day is over.

    What is no longer in force, because a later decision put other policies in its place, is never overdue.
    """

    decision: Decision
    reviews: list[Review]
    review_by: str
    in_effect: bool
    overdue: bool


class DecisionLog:
    """Reads the log, and adds what no vote adds."""

    def __init__(self, database: Database, clock: Clock, policies: PolicyBook) -> None:
        self._database = database
        self._clock = clock
        self._policies = policies

    def entries(self, before: int | None = None, limit: int = 100) -> list[Logged]:
        """The log, the newest first, below a number if given."""
        with self._database.read() as connection:
            found = store.list_decisions(connection, before, limit)
            return self._logged(found, store.list_reviews(connection), policy_store.in_force(connection) or "")

    def overdue(self) -> list[Logged]:
        """The decisions in effect whose day of review is over, the longest overdue first."""
        with self._database.read() as connection:
            found = store.decisions_in_effect(connection)
            all_of_them = self._logged(found, store.list_reviews(connection), policy_store.in_force(connection) or "")
        return sorted((one for one in all_of_them if one.overdue), key=lambda one: one.review_by)

    def _logged(self, found: list[Decision], reviews: list[Review], in_force: str) -> list[Logged]:
        today = self._clock().date().isoformat()
        logged = []
        for decision in found:
            mine = [review for review in reviews if review.decision == decision.number]
            due = mine[-1].review_by if mine else decision.review_by
            holds = decision.outcome != "rejected" and decision.version in ("", in_force)
            logged.append(Logged(decision, mine, due, holds, holds and due < today))
        return logged

    def review(self, number: int, note: str, review_by: str, *, by: Principal) -> Logged:
        """Look back at a decision; for who answers for it, its owner and the body's seats. Raises `NotSeated`, `BadEntry`."""
        now = self._clock()
        if rules.day(review_by, "review_by") <= now.date():
            raise BadEntry("a decision is looked at again on a day to come")
        rules.check_words("review", note)
        with self._database.write() as transaction:
            decision = store.find_decision(transaction.connection, number)
            if decision is None:
                raise NoSuchEntry("there is no such decision")
            if by.kind != "person" or by.name not in (decision.accountable, decision.owner):
                assembly_of(transaction.connection, self._policies).seat_of(decision.body, by)
            review = Review(number, to_text(now), by.name, note, review_by)
            if not store.add_review(transaction.connection, review):
                raise NotDecidable("somebody looked back at it at this very moment: read what they found")
            told = {"note": note, "review_by": review_by}
            events.record(transaction, DECISION_REVIEWED, subject=str(number), actor=by.actor, payload=told)
            in_force = policy_store.in_force(transaction.connection) or ""
            return self._logged([decision], store.list_reviews(transaction.connection), in_force)[0]

    def found(self, founding: Founding, *, by: Principal) -> Decision:
        """Put policies in force before anybody was ever seated; raises `NotDecidable`, `BadPolicy`, `LockedOut`."""
        rules.check_words(founding.title, founding.reason)
        if by.kind != "person":
            raise NotSeated("a person has to answer for a founding decision: sign in")
        with self._database.write() as transaction:
            connection, now = transaction.connection, self._clock()
            store.lock(connection)
            if store.any_seat(connection):
                raise NotDecidable("a body has seats: policies change by its decision only")
            before = assembly_of(connection, self._policies)
            if errors := examine(founding.text, before.policies.text, before.golden).errors:
                raise BadPolicy("; ".join(f"line {error.line}: {error.message}" for error in errors))
            chosen = self._policies.keep(transaction, founding.text, by.actor)
            if why := before.why_not(before.under(chosen)):
                raise LockedOut(why)
            decision = Decision(
                number=store.next_number(connection),
                proposal=new_key(),
                body=STEERING,
                kind=Kind.POLICY,
                title=founding.title.strip(),
                reason=founding.reason,
                outcome="founding",
                at=to_text(now),
                by=by.actor,
                accountable=by.name,
                owner=by.name,
                review_by=rules.review_day(founding.review_by, now),
                version=chosen.version,
                before=before.policies.version,
                record={},
            )
            write_decision(transaction, decision, DECISION_FOUNDED, "before anybody was seated")
            self._policies.activate(transaction, chosen.version, f"decision:{decision.proposal}")
        self._policies.forget()
        return decision


def write_decision(transaction: Transaction, decision: Decision, kind: EventKind, why: str) -> None:
    """Add an entry to the log, and tell of it."""
    store.add_decision(transaction.connection, decision)
    told = {
        "body": decision.body,
        "title": decision.title,
        "proposal_kind": decision.kind.value,
        "version": decision.version,
        "base": decision.before,
        "number": decision.number,
        "why": why,
        "accountable": decision.accountable,
        "owner": decision.owner,
        "review_by": decision.review_by,
    }
    events.record(transaction, kind, subject=decision.proposal, actor=decision.by, payload=told)
