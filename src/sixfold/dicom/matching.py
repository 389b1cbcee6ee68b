"""Attribute matching (PS3.4 C.2.2.2, PS3.18 8.3.4): conditions as values, and a matcher of DICOM JSON attributes."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from sixfold.kernel.errors import InvalidInput

JsonObject = dict[str, Any]
Path = tuple[int, ...]

WILDCARD_VRS: Final = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})  # PS3.4 C.2.2.2.4
RANGE_VRS: Final = frozenset({"DA", "DT", "TM"})  # PS3.4 C.2.2.2.5
_GROUPS: Final = ("Alphabetic", "Ideographic", "Phonetic")
_MOMENTS: Final = {
    "DA": re.compile(r"\d{8}"),
    "TM": re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?"),
    "DT": re.compile(r"\d{4}(\d{2}){0,5}(\.\d{1,6})?([+-]\d{4})?"),
}


class BadQuery(InvalidInput):
    """A key of a query has a value that its VR does not allow, or there is no such key."""


class Universal(msgspec.Struct, frozen=True):
    """Anything matches, even an absent attribute (PS3.4 C.2.2.2.3)."""


class Exact(msgspec.Struct, frozen=True):
    """One value equals this (PS3.4 C.2.2.2.1)."""

    value: str


class UidList(msgspec.Struct, frozen=True):
    """One value is one of these (PS3.4 C.2.2.2.2)."""

    values: tuple[str, ...]


class Wildcard(msgspec.Struct, frozen=True):
    """One value fits a pattern of `*` and `?` (PS3.4 C.2.2.2.4)."""

    pattern: str


class Range(msgspec.Struct, frozen=True):
    """One value lies between two dates or times that belong to the range; None is open (PS3.4 C.2.2.2.5)."""

    low: str | None
    high: str | None


class PersonName(msgspec.Struct, frozen=True):
    """A name fits normalised patterns, group by group; a single one may fit any group (PS3.5 6.2.1)."""

    groups: tuple[str, ...]
    fuzzy: bool = False


class Empty(msgspec.Struct, frozen=True):
    """There is no value (PS3.4 C.2.2.2.7)."""


class AnyOf(msgspec.Struct, frozen=True):
    """One of these holds (PS3.4 C.2.2.2.8)."""

    conditions: tuple["Condition", ...]


class SequenceMatch(msgspec.Struct, frozen=True):
    """One item satisfies all of these (PS3.4 C.2.2.2.6)."""

    conditions: tuple[tuple[int, "Condition"], ...]


Condition = Universal | Exact | UidList | Wildcard | Range | PersonName | Empty | AnyOf | SequenceMatch


def normalise_name(text: str) -> str:
    """A name as it is compared: case, accents and the difference of separators taken away."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.replace("^", " ").split())


def fuzzy_keys(text: str) -> tuple[str, ...]:
    """The words of a name in alphabetic order, so that the order in which they are given means nothing."""
    return tuple(sorted(normalise_name(text.replace("=", " ").replace(",", " ")).split()))


def parse_value(
    tag: int, vr: str, text: str, *, fuzzy: bool = False, empty_value: bool = False, multi: bool = False
) -> Condition:
    """Return the condition that the text of a key means; raise BadQuery where its VR does not allow it."""
    text = text.strip(" \0")
    if empty_value and text == '""':
        return Empty()
    if not text.strip("*"):
        if text and vr not in WILDCARD_VRS:
            raise BadQuery(f"{tag:08X} of {vr} takes no wildcard")
        return Universal()
    if vr == "UI":
        return _uids(text)
    if multi and ("\\" in text or "," in text):
        separator = "\\" if "\\" in text else ","
        parts = tuple(parse_value(tag, vr, part, fuzzy=fuzzy) for part in text.split(separator) if part.strip())
        return parts[0] if len(parts) == 1 else AnyOf(parts)
    return _single(tag, vr, text, fuzzy)


def _uids(text: str) -> Condition:
    uids = tuple(part for part in (one.strip(" \0") for one in re.split(r"[\\,]", text)) if part)
    if not uids or any(not re.fullmatch(r"[0-9.]{1,64}", uid) for uid in uids):
        raise BadQuery(f"{text[:64]!r} is no list of UIDs")
    return Exact(uids[0]) if len(uids) == 1 else UidList(uids)


def _single(tag: int, vr: str, text: str, fuzzy: bool) -> Condition:
    if vr == "PN":
        return PersonName(tuple(normalise_name(group) for group in text.split("=")[:3]), fuzzy)
    if vr in RANGE_VRS:
        return _range(tag, vr, text)
    if vr in WILDCARD_VRS and ("*" in text or "?" in text):
        return Wildcard(text)
    if vr == "SQ":
        raise BadQuery(f"{tag:08X} is a sequence: name an attribute of its items")
    return Exact(_canonical(text, vr))


def _range(tag: int, vr: str, text: str) -> Condition:
    text = text.replace(":", "") if vr == "TM" else text
    pattern = _MOMENTS[vr]
    if pattern.fullmatch(text):
        return Exact(text)
    for match in re.finditer("-", text):
        low, high = text[: match.start()].strip(), text[match.end() :].strip()
        if (low or high) and all(not end or pattern.fullmatch(end) for end in (low, high)):
            return Range(low or None, high or None)
    raise BadQuery(f"{text[:64]!r} is no value or range of {vr} for {tag:08X}")


def matches(condition: Condition, attribute: JsonObject | None, vr: str) -> bool:
    """Say whether a DICOM JSON attribute, None if absent, satisfies the condition."""
    if isinstance(condition, Universal):
        return True
    if isinstance(condition, AnyOf):
        return any(matches(one, attribute, vr) for one in condition.conditions)
    values = [value for value in (attribute or {}).get("Value", ()) if value not in (None, "", {})]
    if isinstance(condition, Empty):
        return not values
    if isinstance(condition, SequenceMatch):
        return any(_item_matches(condition, item) for item in values if isinstance(item, dict))
    return any(_value_matches(condition, value, vr) for value in values)


def matches_all(conditions: Mapping[Path, Condition], obj: JsonObject) -> bool:
    """Say whether a DICOM JSON object satisfies all; keys of one sequence must be met by one item (C.2.2.2.6)."""
    grouped: dict[int, dict[Path, Condition]] = {}
    for path, condition in conditions.items():
        attribute = obj.get(f"{path[0]:08X}")
        if len(path) > 1:
            grouped.setdefault(path[0], {})[path[1:]] = condition
        elif not matches(condition, attribute, (attribute or {}).get("vr", "")):
            return False
    return all(_some_item(inner, obj.get(f"{tag:08X}")) for tag, inner in grouped.items())


def _some_item(conditions: Mapping[Path, Condition], attribute: JsonObject | None) -> bool:
    if all(isinstance(condition, Universal) for condition in conditions.values()):
        return True
    return any(matches_all(conditions, item or {}) for item in (attribute or {}).get("Value", ()))


def _item_matches(condition: SequenceMatch, item: JsonObject) -> bool:
    return matches_all({(tag,): inner for tag, inner in condition.conditions}, item)


def _value_matches(condition: Condition, value: Any, vr: str) -> bool:
    match condition:
        case PersonName():
            return _name_matches(condition, value)
        case Exact(wanted):
            return _equal(wanted, _canonical(value, vr), vr)
        case UidList(wanted_uids):
            return _canonical(value, vr) in wanted_uids
        case Wildcard(pattern):
            return _compiled(pattern).fullmatch(str(value).strip(" \0")) is not None
        case Range(low, high):
            moment = _canonical(value, vr)
            return (low is None or _first(moment) >= _first(low)) and (high is None or _first(moment) <= _last(high))
        case _:
            return False


def _equal(wanted: str, value: str, vr: str) -> bool:
    """Compare single values; a time of less precision is another one, trailing zeros of a fraction mean nothing."""
    return _short(wanted) == _short(value) if vr in ("TM", "DT") else wanted == value


def _short(moment: str) -> str:
    return re.sub(r"\.?0*(?=$|[+-])", "", moment, count=1) if "." in moment else moment


def _first(moment: str) -> str:
    return _parted(moment, "0")


def _last(moment: str) -> str:
    return _parted(moment, "9")


def _parted(moment: str, fill: str) -> str:
    """Return digits of one length, so that text compares as time; the offset from UTC is left out."""
    digits = re.sub(r"[+-]\d{4}$", "", moment).replace(".", "").replace(":", "")
    return digits.ljust(20, fill)


def _canonical(value: Any, vr: str) -> str:
    """Return a value as text without what means nothing: padding, and leading zeros and signs of numbers."""
    text = str(value).strip(" \0")
    if vr in ("IS", "DS", "US", "SS", "UL", "SL", "FL", "FD", "UV", "SV"):
        try:
            number = float(text)
        except ValueError:
            return text
        return str(int(text)) if re.fullmatch(r"[+-]?\d+", text) and len(text) < 64 else f"{number:.17g}"
    return text.replace(":", "") if vr == "TM" else text


def _name_matches(condition: PersonName, value: Any) -> bool:
    names = value if isinstance(value, dict) else {"Alphabetic": str(value)}
    groups = [normalise_name(names.get(group) or "") for group in _GROUPS]
    if condition.fuzzy:
        words = " ".join(groups).split()
        keys = fuzzy_keys(" ".join(condition.groups))
        return all(any(_compiled(key.rstrip("*") + "*").fullmatch(word) for word in words) for key in keys)
    if len(condition.groups) == 1:
        return any(group and _compiled(condition.groups[0]).fullmatch(group) for group in groups)
    pairs = zip(condition.groups, groups, strict=False)
    return all(not pattern or _compiled(pattern).fullmatch(group) is not None for pattern, group in pairs)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern, everything but `*` and `?` literal; atomic groups keep many stars from backtracking."""
    first, *others = ["".join("." if char == "?" else re.escape(char) for char in part) for part in pattern.split("*")]
    if not others:
        return re.compile(first, re.DOTALL)
    middle = "".join(f"(?>.*?{part})" for part in others[:-1] if part)
    return re.compile(f"{first}{middle}.*{others[-1]}", re.DOTALL)
