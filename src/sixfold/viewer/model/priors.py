"""Earlier studies that are looked at beside one."""

from enum import StrEnum

import msgspec


class ReadStudy(msgspec.Struct, frozen=True):
    """What is weighed of a study: its day (DICOM DA), modalities, regions of the body and sides, as far as they are told."""

    study_uid: str
    study_date: str = ""
    modalities: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sides: frozenset[str] = frozenset()


class Prior(msgspec.Struct, frozen=True):
    """An earlier study, how telling it is beside another, 0 to 100, and why in words; `relevant` ones are offered at once."""

    study_uid: str
    score: int
    relevant: bool
    reasons: tuple[str, ...]


class Ahead(msgspec.Struct, frozen=True):
    """How many priors, and how many bytes of them, are brought ahead for each study that is opened; none by 0."""

    most: int = 3
    bytes: int = 2 << 30


class PriorState(StrEnum):
    """How far a prior is that is brought ahead."""

    COMING = "coming"
    HERE = "here"
    LEFT = "left"
    """The reader has gone, or it is too much: what came of it stays for a while."""
    FAILED = "failed"
    """No archive delivered it whole."""
