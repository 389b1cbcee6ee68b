"""Bodies that decide, who sits in them, what is proposed to them, and what became of it."""

from enum import StrEnum
from typing import Any, Literal

import msgspec

from sixfold.governance.model.access import PART
from sixfold.governance.model.policy import Traits
from sixfold.kernel.errors import Conflict, NotAllowed
from sixfold.kernel.kinds import EventKind

STEERING = "steering"
"""The key of the body that every house has."""


class SeatClass(StrEnum):
    """Whom a seat speaks for; a quorum names a number of each."""

    CLINICAL = "clinical"
    ADMINISTRATIVE = "administrative"
    IT = "it"


class Domain(StrEnum):
    """What a body decides on; only bodies of the first put policies in force."""

    POLICIES = "policies"
    CLINICAL_CONTENT = "clinical-content"
    TECHNOLOGY = "technology"
    PRIVACY = "privacy"
    ANALYTICS = "analytics"
    SERVICE_LINE = "service-line"


class Majority(StrEnum):
    """How many have to agree, once the quorum is there."""

    SIMPLE = "simple"  # more yes than no
    ABSOLUTE = "absolute"  # yes from more than half of the seats
    TWO_THIRDS = "two-thirds"  # at least twice as many yes as no


class Kind(StrEnum):
    """What a proposal asks for."""

    POLICY = "policy"
    ROLLBACK = "rollback"  # to a version that was in force before
    CHARTER = "charter"  # of a body: its text, quorum, majority, golden cases, seats
    OTHER = "other"


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    OPEN = "open"
    PASSED = "passed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    STALE = "stale"  # what it was drawn up against is no longer in force


Choice = Literal["yes", "no", "abstain"]
Role = Literal["member", "chair"]


class Quorum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many seats of each class have to vote, abstentions included."""

    clinical: int = 1
    administrative: int = 1
    it: int = 1

    def of(self, seat_class: SeatClass) -> int:
        """The number for one class."""
        return int(getattr(self, seat_class.value))


class GoldenCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question whose answer no policy may change: `traits` is null when it is not asked for a study."""

    name: str
    action: str
    allowed: bool
    kind: Literal["person", "token", "ae", "system"] = "person"
    who: str = ""
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    service_lines: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    traits: Traits | None = None
    relations: tuple[str, ...] = ()
    purpose: str = "TREAT"


class Constitution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a body is and how it decides."""

    name: str
    charter: str
    domain: Domain = Domain.POLICIES
    quorum: Quorum = msgspec.field(default_factory=Quorum)
    majority: Majority = Majority.SIMPLE
    golden: tuple[GoldenCase, ...] = ()


class Body(msgspec.Struct, frozen=True):
    """A body; `revision` grows with each change of its constitution or seats."""

    key: str
    constitution: Constitution
    revision: int


class NewSeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A seat to be given to the person of an account."""

    account: str
    seat_class: SeatClass
    role: Role = "member"


class Seat(msgspec.Struct, frozen=True):
    """A seat in a body; `until` is null while it is held."""

    key: str
    body: str
    seat_class: SeatClass
    account: str
    role: Role
    since: str
    until: str | None = None


class BodyChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a decision changes of a body; with a new key it makes one. `ended` are keys of seats."""

    body: str
    constitution: Constitution | None = None
    given: tuple[NewSeat, ...] = ()
    ended: tuple[str, ...] = ()


class Brief(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a proposal says: for `policy` the text of the whole set, for `rollback` a version, for `charter` a change.

    `owner` is the account that sees to it that the decision is carried out, whoever proposes when it is empty; `review_by` and
    `closes_on` are days (`2026-12-31`): a year and two weeks from the opening when they are empty.
    """

    title: str
    reason: str
    kind: Kind
    text: str = ""
    version: str = ""
    change: BodyChange | None = None
    owner: str = ""
    review_by: str = ""
    closes_on: str = ""


class Founding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Policies that an administrator puts in force before there is a body to decide."""

    title: str
    reason: str
    text: str
    review_by: str = ""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal to a body; `round` counts how often it was put to the vote, so that earlier votes do not count again.

    `version` is what is proposed and `base` what was in force when it was drawn up; for a charter `base` is the revision.
    """

    key: str
    body: str
    title: str
    reason: str
    kind: Kind
    state: State
    round: int
    version: str
    base: str
    change: BodyChange | None
    owner: str
    review_by: str
    proposed_by: str
    created_at: str
    opened_at: str | None = None
    closes_at: str | None = None
    closed_at: str | None = None
    why: str = ""


class Vote(msgspec.Struct, frozen=True):
    """What the person of a seat said last in a round."""

    seat: str
    account: str
    seat_class: SeatClass
    choice: Choice
    comment: str
    at: str


class Tally(msgspec.Struct, frozen=True):
    """How a vote stands: the seats that voted and those needed, by class; who agrees; and what that comes to."""

    present: dict[str, int]
    needed: dict[str, int]
    yes: int
    no: int
    abstain: int
    seats: int
    quorate: bool
    carried: bool
    why: str


Outcome = Literal["passed", "rejected", "founding"]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the log, which is only ever added to: what was decided, by which votes, and who answers for it."""

    number: int
    proposal: str
    body: str
    kind: Kind
    title: str
    reason: str
    outcome: Outcome
    at: str
    by: str
    accountable: str
    owner: str
    review_by: str
    version: str
    before: str
    record: dict[str, Any]


class Review(msgspec.Struct, frozen=True):
    """A look back at a decision, and by when it is due again."""

    decision: int
    at: str
    by: str
    note: str
    review_by: str


class NotSeated(NotAllowed):
    """The caller has no seat that lets them do this."""


class LockedOut(Conflict):
    """Nobody could govern or administer any more."""


class NotDecidable(Conflict):
    """The proposal, the body or the decision is in another state than this needs."""


_PROPOSAL = "the proposal's key"
_ABOUT = {
    "body": "the body's key",
    "title": "its title",
    "proposal_kind": "`policy`, `rollback`, `charter` or `other`",
}
_VERSIONS = {"version": "the version proposed, where it is of policies", "base": "what was in force then"}
_ROUND = {"round": "how often it was put to the vote"}
_SEAT = {"body": "the body's key", "account": "whose it is", "class": "whom it speaks for", "role": "`member` or `chair`"}

BODY_CHANGED = EventKind(
    PART,
    "body.changed",
    "a body was made, or its constitution changed",
    "the body's key",
    {"revision": "grows with each change", "constitution": "as it is now", "proposal": "what decided it, where one did"},
)

SEAT_GIVEN = EventKind(PART, "seat.given", "a seat in a body was given", "the seat's key", _SEAT)

SEAT_ENDED = EventKind(PART, "seat.ended", "a seat in a body was ended", "the seat's key", _SEAT)

PROPOSAL_DRAFTED = EventKind(
    PART,
    "proposal.drafted",
    "a proposal was drawn up, changed, or put on a new base",
    _PROPOSAL,
    {**_ABOUT, **_VERSIONS, **_ROUND},
)

PROPOSAL_OPENED = EventKind(
    PART,
    "proposal.opened",
    "a proposal was put to the vote",
    _PROPOSAL,
    {**_ABOUT, **_VERSIONS, **_ROUND, "closes_at": "until when its body votes"},
)

VOTE_CAST = EventKind(
    PART,
    "vote.cast",
    "somebody voted, or changed their vote",
    _PROPOSAL,
    {**_ROUND, "seat": "the seat's key", "choice": "`yes`, `no` or `abstain`", "comment": "what they say to it"},
)

_DECIDED = {
    **_ABOUT,
    **_VERSIONS,
    "number": "its number in the log",
    "why": "how the vote stood",
    "accountable": "who answers for it",
    "owner": "who carries it out",
    "review_by": "when it is to be looked at again",
}

DECISION_PASSED = EventKind(PART, "decision.passed", "a body agreed, and what it agreed to is in force", _PROPOSAL, _DECIDED)

DECISION_REJECTED = EventKind(PART, "decision.rejected", "a proposal found no majority or no quorum", _PROPOSAL, _DECIDED)

DECISION_FOUNDED = EventKind(
    PART, "decision.founded", "an administrator put policies in force before any body was seated", "its key", _DECIDED
)

PROPOSAL_STALE = EventKind(
    PART, "proposal.stale", "what a proposal was drawn up against is no longer in force", _PROPOSAL, {**_ABOUT, **_VERSIONS}
)

PROPOSAL_WITHDRAWN = EventKind(PART, "proposal.withdrawn", "a proposal was taken back", _PROPOSAL, _ABOUT)

DECISION_REVIEWED = EventKind(
    PART,
    "decision.reviewed",
    "somebody looked again at a decision",
    "its number in the log",
    {"note": "what they found", "review_by": "when it is due again"},
)
