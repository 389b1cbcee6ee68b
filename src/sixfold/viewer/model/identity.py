"""Whose records belong together: records, links between them, the policy that links are made under.

SixfoldError
├── InvalidInput
│   ├── BadPolicy           an identity policy that cannot work, or that would guess
│   └── BadDecision         a decision that says too little
├── NotFound
│   └── NoSuchPair          there is no such pair, or not for whoever asks
└── Conflict
    ├── DecidedMeanwhile    somebody else decided, or the records changed, since the pair was read
    ├── PolicyMoved         another version of the policy came in force meanwhile
    └── KeptApart           the two would bring together what somebody said is never the same
"""

from enum import StrEnum

import msgspec

from sixfold.kernel.errors import Conflict, InvalidInput, NotFound
from sixfold.kernel.kinds import EventKind
from sixfold.viewer.model import PART


class BadPolicy(InvalidInput):
    """The policy contradicts itself, or would link by a guess."""


class BadDecision(InvalidInput):
    """The decision lacks what it needs."""


class NoSuchPair(NotFound):
    """There is no such pair of records, or one of them is not for this person to see."""


class DecidedMeanwhile(Conflict):
    """The pair is not as it was when it was read; read it anew."""


class PolicyMoved(Conflict):
    """The policy was changed meanwhile; read it anew."""


class KeptApart(Conflict):
    """Linking would put records into one person of which somebody said that they are two."""


class Identifier(msgspec.Struct, frozen=True, order=True):
    """A number together with who issued it (PS3.3 C.7.1.1); without an issuer it is evidence of nothing."""

    value: str
    issuer: str


class Demographics(msgspec.Struct, frozen=True):
    """What is told of a person: the name as a PN with all its groups, dates as DA, telephones and address as they came."""

    name: str = ""
    birth_date: str = ""
    sex: str = ""
    other_ids: tuple[Identifier, ...] = ()
    other_names: tuple[str, ...] = ()
    address: str = ""
    phones: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True):
    """One patient of one issuer. `variants` are what its studies tell that contradicts the first of them."""

    key: int
    patient_key: str
    patient_id: str
    issuer: str
    told: Demographics
    variants: tuple[Demographics, ...] = ()


class Rule(StrEnum):
    """What makes a link certain without a score."""

    CROSS_REFERENCE = "cross-reference"
    """One record names the other's ID and issuer among its other IDs."""
    SHARED_IDENTIFIER = "shared-identifier"
    """Both records name the same other ID of the same issuer."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Under what records are linked. Scores are in bits: twice as likely to be one person for each.

    From `automatic` on a pair is linked by itself, if nothing contradicts and something besides name, birth date and sex
    agrees; from `review` on it is put to people. `alone` is the score from which name, birth date and sex suffice, None for
    never. `rules` are those that are on.
    """

    automatic: float = 32.0
    review: float = 16.0
    alone: float | None = None
    rules: tuple[Rule, ...] = (Rule.CROSS_REFERENCE, Rule.SHARED_IDENTIFIER)


class PolicyVersion(msgspec.Struct, frozen=True):
    """A policy as it was put in force: by whom, when and why. Version 0 is that of a new house."""

    version: int
    policy: Policy
    at: str = ""
    by: str = ""
    reason: str = ""


class Agreement(StrEnum):
    """How two values stand to each other."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    MISSING = "missing"


class Reason(msgspec.Struct, frozen=True):
    """What one field says for or against: `bits` is its share of the score, `words` is what people read."""

    field: str
    agreement: Agreement
    bits: float
    words: str


class Outcome(StrEnum):
    """What becomes of a pair."""

    LINK = "link"
    REVIEW = "review"
    NOTHING = "nothing"


class Comparison(msgspec.Struct, frozen=True):
    """Two records compared: the score in bits, why, and what forbids that they are linked without a person."""

    outcome: Outcome
    score: float
    reasons: tuple[Reason, ...]
    rule: str = ""
    """The rule that made it certain, empty where the score did."""
    doubts: tuple[str, ...] = ()
    """Why a person has to look."""


class PairState(StrEnum):
    """How a pair stands."""

    PROPOSED = "proposed"
    LATER = "later"
    """Somebody looked and put it off."""
    LINKED = "linked"
    APART = "apart"
    """Somebody said that they are never the same."""
    DROPPED = "dropped"
    """It was proposed, and what the records tell by now says too little for it."""


class Pair(msgspec.Struct, frozen=True):
    """Two records, how they stand to each other, who said so and under which version of the policy.

    `revision` grows with each change; `by` is empty where the machine put it.
    """

    key: str
    low: int
    high: int
    state: PairState
    comparison: Comparison
    policy: int
    at: str
    by: str
    note: str = ""
    revision: int = 1


class PairChange(msgspec.Struct, frozen=True):
    """How a pair stood from a moment on, who said so, and why."""

    revision: int
    state: PairState
    at: str
    by: str
    note: str
    score: float
    policy: int


class Verb(StrEnum):
    """What people say of a pair."""

    ACCEPT = "accept"
    APART = "apart"
    LATER = "later"
    UNDO = "undo"
    """Take back what was said: a link or a mark ends, and the pair is put to people again."""


def pair_key(low: int, high: int) -> str:
    """The name of a pair; the order in which the two are given means nothing."""
    first, second = sorted((low, high))
    return f"{first}-{second}"


_PAIR = "the pair's key"
_OF_PAIR = {
    "records": "the numbers of both records",
    "score": "the score in bits",
    "rule": "the rule that made it certain, empty where the score or a person did",
    "policy": "the version of the identity policy",
    "revision": "how often the pair changed",
}

PAIR_PROPOSED = EventKind(PART, "identity.proposed", "two records may be of one person, and people were asked", _PAIR, _OF_PAIR)
PAIR_LINKED = EventKind(PART, "identity.linked", "two records were said to be of one person", _PAIR, _OF_PAIR)
PAIR_APART = EventKind(PART, "identity.apart", "two records were said never to be of one person", _PAIR, _OF_PAIR)
PAIR_PUT_OFF = EventKind(PART, "identity.put_off", "somebody looked at a pair of records and put it off", _PAIR, _OF_PAIR)
PAIR_UNDONE = EventKind(PART, "identity.undone", "what was said of two records was taken back", _PAIR, _OF_PAIR)
PAIR_DROPPED = EventKind(PART, "identity.dropped", "two records are no longer thought to be of one person", _PAIR, _OF_PAIR)
POLICY_PUT = EventKind(
    PART,
    "identity.policy",
    "the policy that records are linked under was changed",
    "the version that is in force from now on",
    {
        "automatic": "score in bits from which a pair is linked by itself",
        "review": "score in bits from which people are asked",
        "alone": "score in bits from which name, birth date and sex suffice, null for never",
        "rules": "the rules that are on",
        "reason": "why it was changed",
    },
)
