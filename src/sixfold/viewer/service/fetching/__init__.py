"""Bringing a series of another archive here, by whichever way it gives it; what a peer does wrong is told, not raised.

Instances are taken in one by one, so that each can be read while the others still come.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from sixfold.archive.model import Provenance
from sixfold.archive.service.intake import Intake
from sixfold.viewer.model.retrieval import Delivered

GoesOn = Callable[[int], bool]
"""Is told how many bytes came since, and says whether the rest is still wanted; may wait, to give way to others."""
LEFT: Final = "nobody wants it any more"


def always(_bytes: int) -> bool:
    """Whatever comes is wanted."""
    return True


@dataclass(frozen=True, slots=True)
class Into:
    """What takes instances in, whence they are said to come, and whether they are still wanted; `ahead` if nobody waits yet."""

    intake: Intake
    came: Provenance
    goes_on: GoesOn = always
    ahead: bool = False


NO_ROOM: Final = Delivered(why=LEFT, left=True)
"""Nothing was asked for, since the archive bears no more."""


class Fetcher(Protocol):
    """One archive that gives its instances. Thread-safe."""

    def fetch(self, study_uid: str, series_uid: str, into: Into) -> Delivered:
        """Bring a series; an instance that was here already counts as delivered."""

    def fetch_one(self, study_uid: str, series_uid: str, sop_uid: str, into: Into) -> Delivered | None:
        """Bring one instance while its series comes; None where the archive gives none out of turn."""
