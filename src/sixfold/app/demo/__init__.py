"""A small hospital that never was: generated pictures of invented people, so that a newcomer sees something at once.

No picture is derived from a real one. `phantoms` paints anatomy with numpy, `acquisitions` wraps it in DICOM objects,
`people` and `schedule` say who came when and why. Every object says in Patient Comments and Institution Name that it is a
demonstration. pydicom is loaded only when `hospital` is first drawn from.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

__all__ = ["hospital"]


def hospital(seed: int = 6, today: date | None = None) -> Iterator[bytes]:
    """Yield the Part 10 files of the demonstration hospital, newest studies first.

    The same `seed` and `today` (default: the current date, UTC) give the same bytes; dates of the studies and all UIDs
    depend on both, so that two demonstrations made on different days never collide.
    """
    from sixfold.app.demo.encoding import part10
    from sixfold.app.demo.schedule import studies

    for study, acquire in studies(seed, today or datetime.now(UTC).date()):
        for data in acquire(study):
            yield part10(data)
