"""Studies that other archives hold, and what came of bringing them here."""

from collections.abc import Mapping

import msgspec

from sixfold.kernel.errors import Unavailable
from sixfold.kernel.kinds import EventKind
from sixfold.viewer.model import PART

FEDERATION = "federation"
"""The edge by which instances come that we fetch from other archives."""


class Wanted(msgspec.Struct, frozen=True):
    """What of a study somebody wants to read: all of it, a series, an instance; `so_far` takes what is here by now."""

    series_uid: str = ""
    sop_uid: str = ""
    so_far: bool = False


class Holding(msgspec.Struct, frozen=True):
    """What an archive says that it holds of a study: how many instances of each series, 0 where it does not say."""

    source: str
    series: Mapping[str, int]


class RemoteStudy(msgspec.Struct, frozen=True):
    """A study as those other archives hold it whose copies somebody may see.

    `missing` says why which archive, by its title, did not tell; `hidden` that there are copies and none of them may be seen.
    """

    study_uid: str
    patient_key: str = ""
    holdings: tuple[Holding, ...] = ()
    missing: Mapping[str, str] = {}
    hidden: bool = False

    @property
    def sources(self) -> frozenset[str]:
        """The archives that hold any of it."""
        return frozenset(holding.source for holding in self.holdings)


class Delivered(msgspec.Struct, frozen=True):
    """What an archive delivered of a series, by SOP Instance UIDs; `why` says what went wrong, empty when nothing did.

    `left` says that nobody wanted it any more, so that it tells nothing of the archive.
    """

    instances: frozenset[str] = frozenset()
    bytes: int = 0
    why: str = ""
    left: bool = False


class Assembled(msgspec.Struct, frozen=True):
    """Where a study can be read now: in our own archive, or in the copies, of which only `instances` may be seen.

    `missing` says what could not be brought: why, by archive. `coming` is how many there are to be where more are on their
    way: then this is only what is here so far.
    """

    ours: bool
    instances: frozenset[str] = frozenset()
    missing: Mapping[str, str] = {}
    coming: int = 0


class SeriesPresence(msgspec.Struct, frozen=True):
    """How many instances of a series are here, and of how many: 0 where nobody says; `waits` says that some are to come.

    `sources` are the keys of the archives that hold any of it.
    """

    series_uid: str
    here: int
    expected: int
    sources: tuple[str, ...]
    waits: bool


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
        "ahead": "whether it came before anybody asked for it, to be compared with another study",
    },
)
