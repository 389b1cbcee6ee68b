"""Attribute matching (PS3.4 C.2.2.2, PS3.18 8.3.4): conditions as values, and a matcher of DICOM JSON attributes.

Where the standard leaves a choice (PS3.4 C.2.2.2.1.4, C.2.2.2.4, C.2.2.2.8):
- names match without regard to case, accents and trailing `^`; a single group fits any group of the stored name;
- numbers match by value, so '007' is '7'; leading and trailing spaces mean nothing; everything else is case-sensitive;
- several values in a key mean any of them, all of them once multiple value matching is asked for;
- fuzzy matching of names takes words in any order, by their beginning or by their sound.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from sixfold.dicom import moments
from sixfold.dicom.charset import UNDELIMITED_VRS
from sixfold.dicom.dictionary import is_private, is_private_creator, vm_of
from sixfold.dicom.uids import like_uid
from sixfold.dicom.values import decimal_number
from sixfold.kernel.errors import InvalidInput

JsonObject = dict[str, Any]
Path = tuple[int, ...]

WILDCARD_VRS: Final = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})  # PS3.4 C.2.2.2.4
RANGE_VRS: Final = frozenset({"DA", "DT", "TM"})  # PS3.4 C.2.2.2.5
_STARS: Final = re.compile(r"\*+")
_GROUPS: Final = ("Alphabetic", "Ideographic", "Phonetic")
_MOMENTS: Final = {
    "DA": re.compile(r"\d{8}", re.ASCII),
    "TM": re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?", re.ASCII),
    "DT": re.compile(r"\d{4}(\d{2}){0,5}(\.\d{1,6})?([+-]\d{4})?", re.ASCII),
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
    """One of these holds: several values in a key, whose meaning PS3.4 C.2.2.2.8 leaves open unless negotiated."""

    conditions: tuple["Condition", ...]


class AllOf(msgspec.Struct, frozen=True):
    """Each of these holds for some value of the attribute: multiple value matching (PS3.4 C.2.2.2.8)."""

    conditions: tuple["Condition", ...]


class SequenceMatch(msgspec.Struct, frozen=True):
    """One item satisfies all of these (PS3.4 C.2.2.2.6)."""

    conditions: tuple[tuple[int, "Condition"], ...]


class Moment(msgspec.Struct, frozen=True):
    """A date and a time of day that are matched as those of a zone, or as one moment (PS3.4 C.2.2.2.5).

    `date` and `time` are the tags of the pair, `on` and `at` what is asked of each; `together` makes one range of two.
    """

    date: int
    time: int
    on: "Condition | None" = None
    at: "Condition | None" = None
    zone: str = ""
    together: bool = False


Condition = Universal | Exact | UidList | Wildcard | Range | PersonName | Empty | AnyOf | AllOf | SequenceMatch | Moment


def normalise_name(text: str) -> str:
    """A name as it is compared: case, accents and the difference of separators taken away.

    Accents of Latin, Greek and Cyrillic letters, Hebrew points and Arabic vowel signs go; the voicing marks of kana and the
    vowels of other scripts, which make other letters, stay.
    """
    if text.isascii():
        return " ".join(text.lower().replace("^", " ").split())
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    plain = "".join(char for char in decomposed if unicodedata.combining(char) not in _ACCENTS)
    return " ".join(unicodedata.normalize("NFC", plain).replace("^", " ").split())


# Letters with a stroke, and ligatures, which Unicode does not decompose.
_PLAIN_LETTERS: Final = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
)
_ACCENTS: Final = frozenset([*range(10, 37), *range(202, 241)])  # canonical combining classes


def fuzzy_keys(text: str) -> tuple[str, ...]:
    """The words of a name in alphabetic order, so that the order in which they are given means nothing."""
    return tuple(sorted(normalise_name(text.replace("=", " ").replace(",", " ")).split()))


def sound_of(word: str) -> str:
    """The sound of a normalised Latin word as a code, '' for other scripts: Meyer, Maier and Mayer have one.

    Consonants that languages of Europe write for one sound share a letter; vowels count at the beginning only.
    """
    if not (word.isascii() and word.isalpha()):
        return ""
    for letters, sound in _SPELLINGS:
        word = word.replace(letters, sound)
    first, rest = word[0].translate(_FIRST), word[1:].translate(_SOUNDS)
    code = [first] + [char for char, before in zip(rest, word[0].translate(_SOUNDS) + rest, strict=False) if char != before]
    return "".join(char for char in code if char != "-")


_SPELLINGS: Final = (("sch", "s"), ("sh", "s"), ("cz", "s"), ("ch", "k"), ("ck", "k"), ("ph", "f"), ("th", "t"), ("dt", "t"),
                     ("qu", "k"), ("x", "ks"))  # fmt: skip
_SOUNDS: Final = str.maketrans("aeiouyhwjbpdtfvgkqcszlmnr", "---------ppttffkkkkssl" + "nnr")
_FIRST: Final = str.maketrans("eiouyjbdvwgqcz", "aaaaaaptffkkks")


def parse_value(
    tag: int, vr: str, text: str, *, fuzzy: bool = False, empty_value: bool = False, multi: bool = False
) -> Condition:
    """Return the condition that the text of a key means; raise BadQuery where its VR does not allow it.

    `empty_value` makes two quotes ask for an empty value (PS3.4 C.2.2.2.7); `multi` makes several values, parted by
    backslashes, ask for all of them. UIDs, and codes where no comma can be, may be parted by commas too (PS3.18 8.3.4.1).
    """
    text = text.strip(" \0")
    if empty_value and text == '""':
        return Empty()
    if not text.strip("*"):
        return Universal()
    if vr == "UI":
        return _uids(text)
    parts = [part for part in (_LIST[vr].split(text) if vr in _LIST else text.split("\\")) if part.strip()]
    if len(parts) < 2 or vr in UNDELIMITED_VRS:
        return _single(tag, vr, text, fuzzy)
    several = tuple(_single(tag, vr, part.strip(), fuzzy) for part in parts)
    return AllOf(several) if multi and vm_of(tag) != "1" else AnyOf(several)


_LIST: Final = {"CS": re.compile(r"[\\,]")}


def _uids(text: str) -> Condition:
    uids = tuple(part for part in (one.strip(" \0") for one in re.split(r"[\\,]", text)) if part)
    if not uids or any(not like_uid(uid) for uid in uids):
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


def matches(condition: Condition, attribute: JsonObject | None, vr: str, zone: str = "") -> bool:
    """Say whether a DICOM JSON attribute, None if absent, satisfies the condition.

    `zone` is the Timezone Offset From UTC (0008,0201) of the data set, which rules date-times that name no offset.
    """
    if isinstance(condition, Universal):
        return True
    if isinstance(condition, AnyOf | AllOf):
        meets = all if isinstance(condition, AllOf) else any
        return meets(matches(one, attribute, vr, zone) for one in condition.conditions)
    values = [value for value in (attribute or {}).get("Value", ()) if value not in (None, "", {})]
    if isinstance(condition, Empty):
        return not values
    if isinstance(condition, SequenceMatch):
        return any(_item_matches(condition, item, zone) for item in values if isinstance(item, dict))
    return any(_value_matches(condition, value, vr, zone) for value in values)


def matches_all(conditions: Mapping[Path, Condition], obj: JsonObject, zone: str = "") -> bool:
    """Say whether a DICOM JSON object satisfies all; keys of one sequence must be met by one item (C.2.2.2.6).

    A private element is found by its creator where the conditions name one, in whatever block it stands (PS3.5 7.8.1).
    """
    own_zone = (obj.get("00080201", {}).get("Value") or [zone])[0]
    zone = own_zone if isinstance(own_zone, str) else zone
    grouped: dict[int, dict[Path, Condition]] = {}
    for path, condition in conditions.items():
        if len(path) > 1:
            grouped.setdefault(path[0], {})[path[1:]] = condition
        elif isinstance(condition, Moment):
            if not _moment_matches(condition, obj, zone):
                return False
        elif not any(_at(tag, condition, obj, zone) for tag in _standing(path[0], conditions, obj)):
            return False
    return all(
        any(_some_item(inner, obj.get(f"{one:08X}"), zone) for one in _standing(tag, conditions, obj))
        for tag, inner in grouped.items()
    )


def _at(tag: int, condition: Condition, obj: JsonObject, zone: str) -> bool:
    attribute = obj.get(f"{tag:08X}")
    return matches(condition, attribute, (attribute or {}).get("vr", ""), zone)


def _moment_matches(condition: Moment, obj: JsonObject, zone: str) -> bool:
    """Stored times of which no offset is known are taken as they stand: they may be of any zone."""
    date, time = (
        next((_canonical(value, vr) for value in obj.get(f"{tag:08X}", {}).get("Value", ()) if value), "")
        for tag, vr in ((condition.date, "DA"), (condition.time, "TM"))
    )
    date, time = moments.in_zone(date, time, moments.zone_of(zone), condition.zone)
    on, at = condition.on, condition.at
    if condition.together and isinstance(on, Range) and isinstance(at, Range):
        low, high = (one and one + (other or "") for one, other in ((on.low, at.low), (on.high, at.high)))
        return bool(date) and moments.within(date + time, low, high)
    asked = ((on, date, "DA"), (at, time, "TM"))
    return all(one is None or matches(one, {"Value": [value]}, vr) for one, value, vr in asked)


def _standing(tag: int, conditions: Mapping[Path, Condition], obj: JsonObject) -> tuple[int, ...]:
    """Return where a private element, or its creator, stands in the object: a creator may have reserved several blocks.

    It is the tag itself if the conditions name no creator, or the object has none of that name.
    """
    block = tag & 0xFF if is_private_creator(tag) else tag >> 8 & 0xFF
    wanted = conditions.get((tag & 0xFFFF0000 | block,)) if is_private(tag) and block >= 0x10 else None
    if not isinstance(wanted, Exact):
        return (tag,)
    creators = [tag & 0xFFFF0000 | other for other in range(0x10, 0x100)]
    held = [creator for creator in creators if matches(wanted, obj.get(f"{creator:08X}"), "LO")]
    if is_private_creator(tag):
        return tuple(held) or (tag,)
    return tuple(creator << 8 & 0xFF00 | tag & 0xFFFF00FF for creator in held) or (tag,)


def _some_item(conditions: Mapping[Path, Condition], attribute: JsonObject | None, zone: str) -> bool:
    if all(isinstance(condition, Universal) for condition in conditions.values()):
        return True
    return any(matches_all(conditions, item or {}, zone) for item in (attribute or {}).get("Value", ()))


def _item_matches(condition: SequenceMatch, item: JsonObject, zone: str) -> bool:
    return matches_all({(tag,): inner for tag, inner in condition.conditions}, item, zone)


def _value_matches(condition: Condition, value: Any, vr: str, zone: str) -> bool:
    match condition:
        case PersonName():
            return _name_matches(condition, value)
        case Exact(wanted):
            return moments.equal(wanted, _canonical(value, vr), zone) if vr in RANGE_VRS else wanted == _canonical(value, vr)
        case UidList(wanted_uids):
            return _canonical(value, vr) in wanted_uids
        case Wildcard(pattern):
            return _compiled(pattern).fullmatch(str(value).strip(" \0")) is not None
        case Range(low, high):
            return moments.within(_canonical(value, vr), low, high, zone)
        case _:
            return False


def _canonical(value: Any, vr: str) -> str:
    """Return a value as text without what means nothing: padding, and leading zeros and signs of numbers."""
    text = str(value).strip(" \0")
    if vr in ("IS", "DS", "US", "SS", "UL", "SL", "FL", "FD", "UV", "SV"):
        number = decimal_number(text)
        if isinstance(number, str):
            return text
        return str(int(text)) if re.fullmatch(r"[+-]?[0-9]+", text) and len(text) < 64 else f"{number:.17g}"
    if vr == "TM":
        return text.replace(":", "")
    return text.replace(".", "") if vr == "DA" else text  # as ACR-NEMA wrote them (PS3.5 6.2 note)


def _name_matches(condition: PersonName, value: Any) -> bool:
    names = value if isinstance(value, dict) else {"Alphabetic": str(value)}
    groups = [normalise_name(names.get(group) or "") for group in _GROUPS]
    if condition.fuzzy:
        words = " ".join(groups).split()
        return all(any(_sounds_like(key, word) for word in words) for key in fuzzy_keys(" ".join(condition.groups)))
    if len(condition.groups) == 1:
        return any(group and _compiled(condition.groups[0]).fullmatch(group) for group in groups)
    pairs = zip(condition.groups, groups, strict=False)
    return all(not pattern or _compiled(pattern).fullmatch(group) is not None for pattern, group in pairs)


def _sounds_like(key: str, word: str) -> bool:
    """Say whether a word begins as the key says, or sounds like it."""
    if _compiled(key.rstrip("*") + "*").fullmatch(word):
        return True
    sound = sound_of(key)
    return len(sound) > 1 and sound == sound_of(word)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern as a regular expression that never goes back: what `*` took is settled by what comes next."""
    first, *rest = ("".join("." if char == "?" else re.escape(char) for char in part) for part in _STARS.split(pattern))
    if not rest:
        return re.compile(first, re.DOTALL)
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(f"{first}{middle}.*{rest[-1]}", re.DOTALL)
