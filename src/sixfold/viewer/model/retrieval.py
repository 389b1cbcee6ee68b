"""Studies that other archives hold, and what came of bringing them here."""

from collections.abc import Mapping

import msgspec

from sixfold.governance.model.policy import Traits
from sixfold.kernel.errors import Unavailable
from sixfold.kernel.kinds import EventKind
from sixfold.viewer.model import PART

OURS = "ours"
"""The key of our own archive among the sources."""


class Holding(msgspec.Struct, frozen=True):
    """What a source says that it holds of a study: how many instances of each series, 0 where it does not say."""

    source: str
    series: Mapping[str, int]


class RemoteStudy(msgspec.Struct, frozen=True):
    """A study as other archives hold it; `missing` says why which of them could not be asked."""

    study_uid: str
    patient_key: str
    traits: Traits
    """What policies know of it, but for whether its patient's record is closed."""
    holdings: tuple[Holding, ...]
    missing: Mapping[str, str] = {}


class Delivered(msgspec.Struct, frozen=True):
    """What a source delivered of a series; `why` says what went wrong, empty when nothing did."""

    instances: int
    bytes: int
    why: str = ""


class Assembled(msgspec.Struct, frozen=True):
    """Where a study can be read now, and what of it could not be brought: why, by source."""

    ours: bool
    missing: Mapping[str, str] = {}


class NothingCame(Unavailable):
    """No source that holds the study delivered any of it; what is there stays there, and asking again may help."""


STUDY_RETRIEVED = EventKind(
    PART,
    "study.retrieved",
    "series of a study were copied from other archives to be looked at",
    "Study Instance UID",
    {
        "study_uid": "Study Instance UID",
        "series": "Series Instance UIDs",
        "sources": "the keys of the archives that delivered",
        "missing": "why which archive delivered nothing, or not all",
        "instances": "how many came",
        "bytes": "how much came",
    },
)
