"""Earlier studies that are looked at beside one."""

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
