"""How long an archive is waited for once others have told where a study is: as it usually takes, and some more."""

from typing import Final

UNKNOWN: Final = 2.5
"""Seconds for an archive that has not answered yet, since nobody asked it."""
LEAST: Final = 1.0
FAILING: Final = 0.5
"""Seconds for one that is quick, and for one whose last questions were in vain."""
_SPARE: Final = 3.0


def patience(pace: float | None, failures: int, timeout: float) -> float:
    """Seconds, by the seconds that its last answer took, and by how many questions in a row have failed since."""
    if failures:
        return min(FAILING, timeout)
    return min(UNKNOWN if pace is None else max(LEAST, _SPARE * pace), timeout)
