"""Birth dates made comparable: what is a date, what only stands for one, and how two of them differ."""

from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Final

_EARLIEST_YEAR, _LATEST_YEAR = 1850, 2200
_DEFAULTS: Final = frozenset(
    {(1900, 1, 1), (1901, 1, 1), (1850, 1, 1), (1899, 12, 30), (1899, 12, 31), (1970, 1, 1), (1800, 1, 1)}
)
"""What systems write where nobody knows: the beginnings of their calendars."""


class Dates(Enum):
    """How two birth dates stand to each other."""

    SAME = "same"
    SWAPPED = "day and month swapped"
    TYPO = "one digit differs"
    PART = "one of day, month and year differs"
    DIFFERENT = "different"
    UNKNOWN = "not known"


@lru_cache(maxsize=65_536)
def read_date(told: str) -> tuple[int, int, int] | None:
    """Year, month and day of a DA, also with the points of ACR-NEMA; None for what is no date, or only stands for one."""
    plain = told.strip().replace(".", "").replace("-", "").replace("/", "")[:16]
    if len(plain) != 8 or not (plain.isascii() and plain.isdigit()):
        return None
    parts = int(plain[:4]), int(plain[4:6]), int(plain[6:])
    if parts in _DEFAULTS or not _EARLIEST_YEAR <= parts[0] < _LATEST_YEAR:
        return None
    try:
        date(*parts)
    except ValueError:
        return None
    return parts


def compare_dates(one: str, other: str) -> Dates:
    """How two dates as told differ."""
    mine, theirs = read_date(one), read_date(other)
    if mine is None or theirs is None:
        return Dates.UNKNOWN
    if mine == theirs:
        return Dates.SAME
    if mine[0] == theirs[0] and mine[1:] == theirs[:0:-1]:
        return Dates.SWAPPED
    if _one_slip(_digits(mine), _digits(theirs)):
        return Dates.TYPO
    if sum(a == b for a, b in zip(mine, theirs, strict=True)) == 2 and abs(mine[0] - theirs[0]) <= 10:
        return Dates.PART
    return Dates.DIFFERENT


def _digits(parts: tuple[int, int, int]) -> str:
    return f"{parts[0]:04}{parts[1]:02}{parts[2]:02}"


def _one_slip(one: str, other: str) -> bool:
    """Whether one digit differs, or two neighbours changed places."""
    places = [place for place in range(8) if one[place] != other[place]]
    if len(places) == 1:
        return True
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and one[places[0]] == other[places[1]]
        and one[places[1]] == other[places[0]]
    )
