"""Scorecards: what is measured of a service line, the facts it is counted from, and what somebody does about it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from sixfold.governance.model.access import PART
from sixfold.kernel.kinds import EventKind

UNASSIGNED = "unassigned"
"""The line of studies that no rule has sorted, and of what belongs to no study."""
ANOTHER_PATIENT = "its study belongs to another patient"
"""The reason that the archive gives when it puts an instance aside because of its patient."""


class Measure(StrEnum):
    """What a scorecard measures of a service line; `docs/reference/scorecards.md` defines each."""

    SEEN_OUTSIDE = "seen-outside"
    FIRST_IMAGE = "first-image"
    COMPLETE = "complete"
    ORDERS_LINKED = "orders-linked"
    IDENTITY_DEFECTS = "identity-defects"
    EMERGENCY_READS = "emergency-reads"
    REVIEWS_OVERDUE = "reviews-overdue"
    REFUSED = "refused"


class Unit(StrEnum):
    """In what a measure is told."""

    SHARE = "share"  # 0 to 1
    PER_1000 = "per-1000"
    MINUTES = "minutes"
    COUNT = "count"


class Trend(StrEnum):
    """How a measure stands to the period before; `unknown` where there is too little to say."""

    BETTER = "better"
    WORSE = "worse"
    STEADY = "steady"
    UNKNOWN = "unknown"


class ActionState(StrEnum):
    """What has become of an action."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Definition(msgspec.Struct, frozen=True):
    """How a measure is judged: its unit, whether more of it is better, and the target of a line that has set none."""

    unit: Unit
    more_is_better: bool
    target: float


class Told(Protocol):
    """An event of the feed, as rules read it."""

    @property
    def at(self) -> str:
        """When it was told."""

    @property
    def part(self) -> str:
        """Who tells it."""

    @property
    def kind(self) -> str:
        """What happened."""

    @property
    def subject(self) -> str:
        """To what it happened."""

    @property
    def actor(self) -> str:
        """By whom."""

    @property
    def payload(self) -> dict[str, Any]:
        """What more there is to say."""


class Outcome(StrEnum):
    """What became of a request that named a study."""

    READ = "read"
    EMERGENCY = "emergency"  # read, by emergency access
    SEARCHED = "searched"
    FORBIDDEN = "forbidden"  # refused, and a policy says so
    UNEXPLAINED = "unexplained"  # refused, since no policy permits it


class Arrived(msgspec.Struct, frozen=True):
    """Instances of a study were stored."""

    study_uid: str
    at: str


class Sealed(msgspec.Struct, frozen=True):
    """Every series of a study is sealed."""

    study_uid: str
    at: str


class Sorted(msgspec.Struct, frozen=True):
    """A study belongs elsewhere since the sorting rules changed."""

    study_uid: str


class Misfiled(msgspec.Struct, frozen=True):
    """An instance was put aside because its study belongs to another patient."""

    study_uid: str
    sop_uid: str
    at: str


class Asked(msgspec.Struct, frozen=True):
    """Somebody's requests of one outcome for one study on one day.

    `lines` is empty for who never counts as somebody of another line; else the service lines of who asked, each between bars,
    a single bar for a physician without a line.
    """

    study_uid: str
    actor: str
    day: str
    outcome: Outcome
    lines: str
    at: str


class Broken(msgspec.Struct, frozen=True):
    """A glass was broken; its review is due at `due`."""

    key: str
    patient_key: str
    at: str
    due: str


class Reviewed(msgspec.Struct, frozen=True):
    """A broken glass was reviewed."""

    key: str
    at: str


Fact = Arrived | Sealed | Sorted | Misfiled | Asked | Broken | Reviewed


class StudyFacts(msgspec.Struct, frozen=True):
    """What is counted of one study; moments are the text of `kernel.clock.to_text`, None when they have not come.

    `study_at` is None when the study tells no date and time that can be read; `seen_outside` is when somebody of another line
    first read it.
    """

    study_uid: str
    line: str
    study_at: str | None
    arrived: str
    sealed: str | None
    has_accession: bool
    identified: bool
    seen_outside: str | None


class GlassFacts(msgspec.Struct, frozen=True):
    """A broken glass as it counts for one line."""

    line: str
    key: str
    at: str
    due: str
    reviewed_at: str | None


class Period(msgspec.Struct, frozen=True):
    """From the first day to the day after the last, in the house's time zone, which is UTC."""

    start: date
    end: date


class Tally(msgspec.Struct):
    """What was counted of one line in one period; waits are minutes."""

    studies: int = 0
    seen_outside: int = 0
    ordered: int = 0
    unidentified: int = 0
    misfiled: int = 0
    first_waits: list[float] = []
    complete_waits: list[float] = []
    undated: int = 0
    unbelievable: int = 0
    unsealed: int = 0
    outcomes: dict[str, int] = {}
    opened: int = 0
    to_review: int = 0
    overdue: int = 0
    review_waits: list[float] = []


class Counted(msgspec.Struct, frozen=True):
    """A measure's value, None when there is nothing to count; of how many; `figures` are what stands behind it."""

    value: float | None
    n: int
    figures: Mapping[str, float] = {}


class Improvement(msgspec.Struct, frozen=True):
    """What somebody does about a measure, until `due`, a day."""

    key: str
    line: str
    measure: Measure
    text: str
    owner: str
    due: str
    state: ActionState
    created_at: str
    created_by: str
    changed_at: str
    overdue: bool = False


class Score(msgspec.Struct, frozen=True):
    """One measure of one line in one period.

    `few` says that `n` is too small to judge; `provisional` that the period's time to count has not ended.
    """

    measure: Measure
    unit: Unit
    more_is_better: bool
    value: float | None
    n: int
    few: bool
    provisional: bool
    target: float
    target_is_own: bool
    met: bool | None
    before: float | None
    trend: Trend
    figures: Mapping[str, float]
    owner: str
    actions: tuple[Improvement, ...]


class Card(msgspec.Struct, frozen=True):
    """The scorecard of one service line."""

    line: str
    studies: int
    scores: list[Score]


class Case(msgspec.Struct, frozen=True):
    """A study or an event that stands behind a measure.

    `against` says that it stands against the target; `study_uid` is empty where there is no study, or none that may be shown;
    `key` is that of an emergency access.
    """

    at: str
    against: bool
    says: str
    study_uid: str = ""
    key: str = ""


class Setting(msgspec.Struct, frozen=True):
    """What is set on one measure of one line; `target` is None for the default."""

    target: float | None = None
    owner: str = ""
    actions: tuple[Improvement, ...] = ()


_CARD = "the service line and the measure, as `radiology/complete`"
TARGET_SET = EventKind(
    PART,
    "scorecard.target",
    "a target of a measure was set, or set back",
    _CARD,
    {"target": "the target, null for the default"},
)
OWNER_SET = EventKind(PART, "scorecard.owner", "somebody was made to answer for a measure", _CARD, {"owner": "who, or empty"})
IMPROVEMENT_PUT = EventKind(
    PART,
    "scorecard.action",
    "an action was opened or changed",
    _CARD,
    {
        "key": "its key",
        "text": "what is done",
        "owner": "by whom",
        "due": "until which day",
        "state": "`open`, `done`, `dropped`",
    },
)
