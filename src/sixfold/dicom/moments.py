"""Dates and times as text: which of two comes first, and whether they are the same (PS3.4 C.2.2.2.5, PS3.5 6.2).

A DA, TM or DT stands for the whole stretch that its precision leaves open: '10' for the hour from ten to eleven. Texts of
one VR are compared; a DT that names its offset from UTC is compared as a moment with others whose offset is known.
"""

import re
from datetime import datetime, timedelta
from typing import Final

_OFFSET: Final = re.compile(r"[+-][0-9]{4}$")
_FRACTION: Final = re.compile(r"\.([0-9]*?)0*$")
_LAYOUT: Final = "%Y%m%d%H%M%S%f"
_FIRST: Final = "00010101000000000000"
_LAST: Final = "99991231235959999999"
_ZONE: Final = re.compile(r"[+-]?(0[0-9]|1[0-4])[0-5][0-9]")


def within(moment: str, low: str | None, high: str | None, zone: str = "") -> bool:
    """Say whether a moment is in a range, both ends included, None being open; `zone` is the moment's own UTC offset.

    The beginning of the moment counts; a bound reaches to the end of its stretch, so that '1030' includes 10:30:59.
    """
    if low is not None:
        value, bound = _comparable(moment, low, zone, _FIRST)
        if value < bound:
            return False
    if high is not None:
        value, bound = _comparable(moment, high, zone, _LAST)
        if value > bound:
            return False
    return True


def equal(wanted: str, moment: str, zone: str = "") -> bool:
    """Say whether two texts mean one moment in one precision: '10' is not '100000', but '10.50' seconds are '10.5'."""
    wanted_digits, moment_digits = _plain(wanted), _plain(moment)
    if _offset(wanted) and (_offset(moment) or zone) and len(wanted_digits) == len(moment_digits):
        one, other = _comparable(moment, wanted, zone, _FIRST)
        return one == other
    return wanted_digits == moment_digits


def zone_of(text: str) -> str:
    """Return the offset from UTC that a text names, as '+0100', or '' if it is none (PS3.3 C.12.1.1.8).

    A plus sign that a URL did not encode has become a space, so that digits alone are an offset to the east.
    """
    text = text.strip(" \0")
    if not _ZONE.fullmatch(text):
        return ""
    return text if text[0] in "+-" else f"+{text}"


def in_zone(date: str, time: str, own: str, wanted: str) -> tuple[str, str]:
    """Return a date and a time of one zone as those of another, in the precision that they have.

    They stay as they are where an offset is unknown, where there is no time that could pass midnight, and where they are
    no date and time of the calendar. A time without a date comes back without one.
    """
    whole, dot, fraction = time.partition(".")
    if not (time and own and wanted) or own == wanted:
        return date, time
    try:
        local = datetime.strptime((date or "20000101") + whole.ljust(6, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - offsets by hand
        moved = local + _minutes(wanted) - _minutes(own)
    except (ValueError, OverflowError):
        return date, time
    digits = _digits(moved)
    length = max(len(whole), 4 if moved.minute else 2)
    return digits[:8] if date else "", digits[8 : 8 + length] + dot + fraction


def _comparable(moment: str, bound: str, zone: str, fill: str) -> tuple[str, str]:
    """Return both as text that sorts as time; in UTC if the offsets of both are known, as only those of DT are."""
    moment_offset, bound_offset = _offset(moment) or _offset(zone), _offset(bound)
    value, limit = (_OFFSET.sub("", text).replace(".", "") for text in (moment, bound))
    if moment_offset and bound_offset:
        return _in_utc(value, moment_offset, _FIRST), _in_utc(limit, bound_offset, fill)
    return value.ljust(len(_FIRST), "0"), limit.ljust(len(fill), fill[-1])


def _plain(text: str) -> str:
    return _FRACTION.sub(lambda match: f".{match[1]}" if match[1] else "", _OFFSET.sub("", text))


def _offset(text: str) -> str:
    match = _OFFSET.search(text)
    return match[0] if match else ""


def _in_utc(digits: str, offset: str, fill: str) -> str:
    digits += fill[len(digits) :]
    try:
        local = datetime.strptime(digits, _LAYOUT)  # noqa: DTZ007 - the offset is applied by hand
        return _digits(local - _minutes(offset))
    except (ValueError, OverflowError):
        return digits  # no date of the calendar


def _digits(moment: datetime) -> str:
    """As `_LAYOUT` says, with zeros before the years that `strftime` writes without."""
    return re.sub(r"\D", "", moment.isoformat(timespec="microseconds"))


def _minutes(offset: str) -> timedelta:
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    return timedelta(minutes=-minutes if offset[0] == "-" else minutes)
