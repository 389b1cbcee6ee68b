"""A small hospital that never was: generated pictures of invented people, so that a newcomer sees something at once.

No picture is derived from a real one. `phantoms` paints anatomy with numpy, `acquisitions` wraps it in DICOM objects,
`people` and `schedule` say who came when and why. Every object says in Patient Comments and Institution Name that it is a
demonstration. pydicom is loaded only when `hospital` is first drawn from.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date

__all__ = ["SEED", "first_day", "hospital"]

SEED = 6


def hospital(today: date, seed: int = SEED) -> Iterator[bytes]:
    """Yield the Part 10 files of the demonstration hospital, newest studies first.

    The same `seed` and `today` give the same bytes. UIDs and patient numbers depend on the seed alone; the dates of studies and
    of birth reach back from `today`, which is the day of the first making whenever a hospital is made again (`first_day`).
    """
    from sixfold.app.demo.encoding import part10
    from sixfold.app.demo.schedule import studies

    for study, acquire in studies(seed, today):
        for data in acquire(study):
            yield part10(data)


def first_day(study_date: Callable[[str], str], seed: int = SEED) -> date | None:
    """The day on which the hospital was made, told by any study of it that is there; None when none is.

    `study_date` gives the Study Date (YYYYMMDD) of a Study Instance UID, or an empty text. Made for another day, objects would
    bear the same UIDs with other bytes, which an archive puts aside.
    """
    from sixfold.app.demo.schedule import studies

    any_day = date(2000, 1, 1)
    for study, _ in studies(seed, any_day):
        with suppress(ValueError):  # no date, or no study
            return date.fromisoformat(study_date(study.uid)) + (any_day - study.started.date())
    return None
