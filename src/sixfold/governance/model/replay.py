"""What would have been: past accesses decided again under policies that are only proposed."""

from enum import StrEnum
from typing import Literal

import msgspec

from sixfold.governance.model.access import PART
from sixfold.governance.model.policy import Traits
from sixfold.kernel.kinds import EventKind


class ReplayState(StrEnum):
    """Where a replay stands."""

    RUNNING = "running"  # or waiting for the worker
    DONE = "done"
    CANCELLED = "cancelled"


Direction = Literal["gains", "loses"]


class Change(msgspec.Struct, frozen=True):
    """Accesses of one actor that are alike and would be decided otherwise.

    `count` is how many accesses, `events` how many audit events tell of them, `examples` the `seq` of the first few. `policies`
    are those responsible: what forbids it on the one side, or where nothing does, what permits it on the other.
    """

    actor: str
    action: str
    direction: Direction
    traits: Traits | None
    policies: tuple[str, ...]
    count: int
    events: int
    examples: tuple[int, ...]


class Group(msgspec.Struct, frozen=True):
    """How many accesses are gained and lost under one name."""

    name: str
    gains: int
    loses: int


class Totals(msgspec.Struct, frozen=True):
    """The sum of a replay in accesses, and in `events` the audit events that were read.

    `beyond_record` were refused before anybody looked at the study, so that how they would end is not on record;
    `without_judgement` tell not what was decided by: nobody who was known, what everybody may, or a trail of before there were
    policies.
    """

    events: int = 0
    accesses: int = 0
    gains: int = 0
    loses: int = 0
    beyond_record: int = 0
    without_judgement: int = 0


class Outlook(msgspec.Struct, frozen=True):
    """The result: totals, groups with the most changes first, and the changes likewise.

    `service_lines` and `facilities` are those of the studies; empty names stand for what is no study. `left_off` are accesses
    whose change is in the totals and groups only, because there were too many different ones.
    """

    totals: Totals
    people: list[Group]
    service_lines: list[Group]
    facilities: list[Group]
    policies: list[Group]
    changes: list[Change]
    left_off: int = 0


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A replay of the audit between two sequence numbers, `version` against `base`; `done` of `total` events are decided."""

    key: str
    proposal: str
    version: str
    base: str
    state: ReplayState
    done: int
    total: int
    since: str
    through: int
    until: int
    asked_by: str
    asked_at: str


_REPLAY = {"proposal": "the proposal's key", "version": "what was proposed", "base": "what was in force"}

REPLAY_STARTED = EventKind(
    PART,
    "replay.started",
    "somebody asked what a proposal would have changed",
    "the replay's key",
    {**_REPLAY, "total": "how many audit events are looked at"},
)

REPLAY_FINISHED = EventKind(
    PART,
    "replay.finished",
    "what a proposal would have changed is known",
    "the replay's key",
    {**_REPLAY, "gains": "how many accesses would be allowed that are not", "loses": "how many would not be that are"},
)

REPLAY_CANCELLED = EventKind(PART, "replay.cancelled", "a replay was stopped", "the replay's key", _REPLAY)
