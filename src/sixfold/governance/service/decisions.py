"""Proposals until the end of their vote: drawn up, examined, put to the vote, voted on, taken back."""

import msgspec
from sqlalchemy import Connection

from sixfold.governance.model import BadEntry, NoSuchEntry, Principal
from sixfold.governance.model.decisions import (
    PROPOSAL_DRAFTED,
    PROPOSAL_OPENED,
    PROPOSAL_WITHDRAWN,
    VOTE_CAST,
    Brief,
    Choice,
    Domain,
    Kind,
    LockedOut,
    NotDecidable,
    NotSeated,
    Proposal,
    State,
    Tally,
    Vote,
)
from sixfold.governance.model.examination import Examination
from sixfold.governance.rules import decisions as rules
from sixfold.governance.rules.assembly import Assembly
from sixfold.governance.service.assembly import assembly_of
from sixfold.governance.service.policies import PolicyBook
from sixfold.governance.service.proposals import (
    OF_POLICIES,
    about,
    base_of,
    examined,
    existing,
    make_stale,
    objection,
    wrong_state,
)
from sixfold.governance.store import decisions as store
from sixfold.governance.store import policies as policy_store
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.ids import new_key

_LONGEST_COMMENT = 4000


class ProposalView(msgspec.Struct, frozen=True):
    """A proposal and all that one should know before voting: how the vote stands, who voted, what the checks say.

    `examination` is null where it is not of policies; `seat` is the key of the reader's own seat, null without one.
    """

    proposal: Proposal
    text: str
    tally: Tally
    votes: list[Vote]
    examination: Examination | None
    unable: str
    seat: str | None


class Decisions:
    """What is proposed, and what becomes of it."""

    def __init__(self, database: Database, clock: Clock, policies: PolicyBook) -> None:
        self._database = database
        self._clock = clock
        self._policies = policies

    def examine(self, text: str) -> Examination:
        """The checks of a text against the policies in force, valid or not."""
        with self._database.read() as connection:
            assembly = assembly_of(connection, self._policies)
        return examined(text, assembly.policies.text, tuple(assembly.golden))

    def draft(self, body: str, brief: Brief, *, by: Principal) -> Proposal:
        """Draw up a proposal; raises `BadPolicy`, `BadEntry`, `NoSuchEntry`, `NotDecidable` where the body has no say."""
        with self._database.write() as transaction:
            return self._draw_up(transaction, body, brief, new_key(), by)

    def propose(self, body: str, brief: Brief, *, by: Principal) -> Proposal:
        """Draw up a proposal and put it to the vote, both or neither; raises what `draft` and `open` do."""
        with self._database.write() as transaction:
            store.lock(transaction.connection)
            drawn_up = self._draw_up(transaction, body, brief, new_key(), by)
            return self._open(transaction, drawn_up.key, by)

    def redraft(self, key: str, brief: Brief, *, by: Principal) -> Proposal:
        """Draw a draft or a stale proposal up anew, on the base of what is in force now; earlier votes do not count again."""
        with self._database.write() as transaction:
            store.lock(transaction.connection)
            before = existing(transaction.connection, key)
            if before.state not in (State.DRAFT, State.STALE):
                wrong_state(before, "drawn up anew")
            self._check_own(transaction.connection, before, by)
            return self._draw_up(transaction, before.body, brief, key, by, before)

    def _draw_up(
        self, transaction: Transaction, body: str, brief: Brief, key: str, by: Principal, before: Proposal | None = None
    ) -> Proposal:
        connection, now = transaction.connection, self._clock()
        assembly = assembly_of(connection, self._policies)
        rules.check_words(brief.title, brief.reason)
        if not assembly.has_account(owner := brief.owner or by.name):
            raise BadEntry(f"the owner of a decision is somebody who can sign in; {owner} cannot")
        proposal = Proposal(
            key=key,
            body=assembly.body(body).key,
            title=brief.title.strip(),
            reason=brief.reason,
            kind=brief.kind,
            state=State.DRAFT,
            round=before.round + 1 if before else 1,
            version=self._version(transaction, brief, by),
            base="",
            change=brief.change if brief.kind is Kind.CHARTER else None,
            owner=owner,
            review_by=rules.review_day(brief.review_by, now),
            proposed_by=before.proposed_by if before else by.name,
            created_at=before.created_at if before else to_text(now),
            closes_at=rules.closing(brief.closes_on, now),
        )
        proposal = msgspec.structs.replace(proposal, base=base_of(assembly, proposal))
        self._check_sense(assembly, proposal, to_text(now))
        store.put_proposal(connection, proposal)
        told = {**about(proposal), "round": proposal.round}
        events.record(transaction, PROPOSAL_DRAFTED, subject=key, actor=by.actor, payload=told)
        return proposal

    def _version(self, transaction: Transaction, brief: Brief, by: Principal) -> str:
        if brief.kind is Kind.POLICY:
            return self._policies.keep(transaction, brief.text, by.actor).version
        if brief.kind is Kind.ROLLBACK:
            if brief.version not in {row["version"] for row in policy_store.history(transaction.connection)}:
                raise NoSuchEntry("that version of the policies was never in force")
            return brief.version
        return ""

    @staticmethod
    def _check_sense(assembly: Assembly, proposal: Proposal, now: str) -> None:
        """Raise when the body has no say in this, or nothing would change."""
        body = assembly.body(proposal.body)
        if proposal.kind in OF_POLICIES:
            if body.constitution.domain is not Domain.POLICIES:
                raise NotDecidable(f"{body.constitution.name} does not decide on policies")
            if proposal.version == proposal.base:
                raise BadEntry("these are the policies in force: nothing would change")
        if proposal.kind is Kind.CHARTER:
            if proposal.change is None:
                raise BadEntry("say what shall change of the body")
            if not assembly.may_change(proposal.body, proposal.change.body):
                raise NotDecidable(f"{body.constitution.name} does not decide on {proposal.change.body}")
            assembly.changed(proposal.change, now, new_key)

    def open(self, key: str, *, by: Principal) -> Proposal:
        """Put a draft to the vote; it comes back `stale` when something else came in force since it was drawn up.

        Raises `NotSeated`, `NotDecidable` while the body cannot decide or the checks find an error, `LockedOut`.
        """
        with self._database.write() as transaction:
            store.lock(transaction.connection)
            return self._open(transaction, key, by)

    def _open(self, transaction: Transaction, key: str, by: Principal) -> Proposal:
        connection, now = transaction.connection, self._clock()
        proposal, assembly = existing(connection, key), assembly_of(connection, self._policies)
        assembly.seat_of(proposal.body, by)
        if proposal.state is not State.DRAFT:
            wrong_state(proposal, "put to the vote")
        if base_of(assembly, proposal) != proposal.base:
            return make_stale(transaction, proposal, by)
        if unable := assembly.why_unable(proposal.body):
            raise NotDecidable(f"the body cannot decide: {unable}")
        if why := objection(connection, assembly, proposal, to_text(now)):
            raise LockedOut(why)
        closes = proposal.closes_at or to_text(now + rules.VOTED_ON)
        if closes <= to_text(now):
            raise BadEntry("the day on which the vote closes is over: choose another")
        opened = msgspec.structs.replace(proposal, state=State.OPEN, opened_at=to_text(now), closes_at=closes)
        store.put_proposal(connection, opened)
        told = {**about(opened), "round": opened.round, "closes_at": closes}
        events.record(transaction, PROPOSAL_OPENED, subject=key, actor=by.actor, payload=told)
        return opened

    def vote(self, key: str, choice: Choice, comment: str = "", *, by: Principal) -> ProposalView:
        """Vote, or change one's vote while it is open; raises `NotSeated`, `NotDecidable`."""
        if len(comment) > _LONGEST_COMMENT or "\0" in comment:
            raise BadEntry(f"a comment has at most {_LONGEST_COMMENT} characters")
        with self._database.write() as transaction:
            connection, now = transaction.connection, to_text(self._clock())
            store.lock(connection)
            proposal = existing(connection, key)
            seat = assembly_of(connection, self._policies).seat_of(proposal.body, by)
            if proposal.state is not State.OPEN:
                wrong_state(proposal, "voted on")
            if now >= (proposal.closes_at or ""):
                raise NotDecidable("the time to vote is over")
            store.put_vote(connection, proposal, Vote(seat.key, seat.account, seat.seat_class, choice, comment, now))
            told = {"round": proposal.round, "seat": seat.key, "choice": choice, "comment": comment}
            events.record(transaction, VOTE_CAST, subject=key, actor=by.actor, payload=told)
        return self.view(key, by)

    def withdraw(self, key: str, *, by: Principal) -> Proposal:
        """Take a proposal back that is not decided yet; for who proposed it, and the chair."""
        with self._database.write() as transaction:
            connection = transaction.connection
            store.lock(connection)
            proposal = existing(connection, key)
            if proposal.state not in (State.DRAFT, State.OPEN, State.STALE):
                wrong_state(proposal, "taken back")
            self._check_own(connection, proposal, by)
            gone = msgspec.structs.replace(proposal, state=State.WITHDRAWN, closed_at=to_text(self._clock()))
            store.put_proposal(connection, gone)
            told = {name: value for name, value in about(gone).items() if name in PROPOSAL_WITHDRAWN.payload}
            events.record(transaction, PROPOSAL_WITHDRAWN, subject=key, actor=by.actor, payload=told)
            return gone

    def _check_own(self, connection: Connection, proposal: Proposal, by: Principal) -> None:
        if by.kind == "person" and by.name == proposal.proposed_by:
            return
        if assembly_of(connection, self._policies).seat_of(proposal.body, by).role != "chair":
            raise NotSeated("that is for who proposed it, and for the chair")

    def list_proposals(self, states: list[str]) -> list[Proposal]:
        """Proposals, the newest first, of some states if given."""
        with self._database.read() as connection:
            return store.list_proposals(connection, states)

    def view(self, key: str, by: Principal) -> ProposalView:
        """One proposal with everything about it; raises `NoSuchEntry`."""
        with self._database.read() as connection:
            proposal, assembly = existing(connection, key), assembly_of(connection, self._policies)
            votes = store.list_votes(connection, proposal)
            text = policy_store.text_of(connection, proposal.version) if proposal.version else ""
            before = policy_store.text_of(connection, proposal.base) if proposal.version else ""
        seats = assembly.in_office(proposal.body)
        own = [seat.key for seat in seats if by.kind == "person" and seat.account == by.name]
        return ProposalView(
            proposal,
            text,
            rules.tally(assembly.body(proposal.body).constitution, seats, votes),
            votes,
            examined(text, before, tuple(assembly.golden)) if proposal.version else None,
            assembly.why_unable(proposal.body),
            own[0] if own else None,
        )
