"""Queries as values: from the parameters of DICOMweb (PS3.18 8.3.4) and the identifier of C-FIND (PS3.4 C.4.1.1.3)."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, Final

import msgspec

from sixfold.dicom.charset import charsets_of
from sixfold.dicom.dictionary import UnknownTag, keyword_of, parse_tag, tag_of, vr_of
from sixfold.dicom.json import instance_dict
from sixfold.dicom.matching import BadQuery, Condition, Exact, Moment, Path, Range, Universal, parse_value
from sixfold.dicom.moments import zone_of
from sixfold.dicom.scan import scan
from sixfold.dicom.structure import MAX_DEPTH
from sixfold.dicom.tags import QUERY_RETRIEVE_LEVEL, SPECIFIC_CHARACTER_SET, TIMEZONE_OFFSET_FROM_UTC
from sixfold.dicom.uids import TransferSyntax

IGNORED: Final = frozenset({"cursor", "accept", "charset", "orderby"})
"""Parameters of a URL that are no keys, and are heeded elsewhere or not at all."""
FLAGS: Final = ("fuzzymatching", "emptyvaluematching", "multiplevaluematching")
"""Parameters that are `true` or `false` (PS3.18 8.3.4)."""
NUMBERS: Final = ("limit", "offset")
"""Parameters that are whole numbers (PS3.18 8.3.4.4)."""


class Query(msgspec.Struct, frozen=True):
    """What is asked for: conditions by path of tags, attributes to return, and how many."""

    level: str
    conditions: dict[Path, Condition] = {}
    include: tuple[Path, ...] = ()
    include_all: bool = False
    fuzzy: bool = False
    limit: int | None = None
    offset: int = 0
    empty_value: bool = False
    multi_value: bool = False


class FindIdentifier(msgspec.Struct, frozen=True):
    """The identifier of a C-FIND request; every key is a return key too."""

    level: str
    query: Query
    return_keys: tuple[Path, ...]
    charsets: tuple[str, ...]


def parse_query(level: str, pairs: Sequence[tuple[str, str]]) -> Query:
    """Return the query of decoded URL parameters; raise BadQuery for unknown keywords and bad values."""
    flags = {name: _flag(name, value) for name, value in pairs if name in FLAGS}
    numbers = {name: _number(name, value) for name, value in pairs if name in NUMBERS}
    fields = [field for name, value in pairs if name == "includefield" for field in value.split(",") if field]
    fuzzy, empty, multi = (flags.get(name, False) for name in FLAGS)
    conditions: dict[Path, Condition] = {}
    for name, value in pairs:
        if name in IGNORED or name in FLAGS or name in NUMBERS or name == "includefield":
            continue
        path = _path(name)
        if path in conditions:
            raise BadQuery(f"{name[:64]} is given twice")
        tag = path[-1]
        conditions[path] = parse_value(tag, vr_of(tag), value, fuzzy=fuzzy, empty_value=empty, multi=multi)
    include = tuple(dict.fromkeys(_path(field) for field in fields if field != "all"))
    conditions = paired(conditions)
    return Query(
        level, conditions, include, "all" in fields, fuzzy, numbers.get("limit"), numbers.get("offset", 0), empty, multi
    )


def parse_identifier(
    identifier: bytes,
    ts: TransferSyntax,
    *,
    fuzzy: bool = False,
    date_time: bool = False,
    empty_value: bool = False,
    multi: bool = False,
) -> FindIdentifier:
    """Return the keys of a C-FIND identifier; raise BadQuery for bad values, Malformed for bytes that are no data set.

    The flags say which kinds of matching were negotiated (PS3.4 C.5.1.1).
    """
    json_object = instance_dict(identifier, ts, bulk_uri="", inline_limit=len(identifier))
    level = _text(json_object.pop(f"{QUERY_RETRIEVE_LEVEL:08X}", {}))
    json_object.pop(f"{SPECIFIC_CHARACTER_SET:08X}", None)
    raw = scan(identifier, ts, frozenset({SPECIFIC_CHARACTER_SET})).values.get(SPECIFIC_CHARACTER_SET, b"")
    means = partial(parse_value, fuzzy=fuzzy, empty_value=empty_value, multi=multi)
    keys = dict(_keys(json_object, (), means))
    query = Query(level, paired(keys, date_time=date_time), fuzzy=fuzzy, empty_value=empty_value, multi_value=multi)
    return FindIdentifier(level, query, tuple(keys), charsets_of(raw))


def paired(conditions: dict[Path, Condition], *, date_time: bool = False) -> dict[Path, Condition]:
    """Return the conditions with dates and times of day as moments where the query asks for it (PS3.4 C.2.2.2.5).

    A Timezone Offset From UTC (0008,0201) says in which zone they are meant; `date_time` makes one range of a date and a
    time that both ask for a range of the same form. Raises BadQuery for an offset that is none.
    """
    asked = conditions.get((TIMEZONE_OFFSET_FROM_UTC,), Universal())
    zone = zone_of(asked.value) if isinstance(asked, Exact) else ""
    if not zone and not isinstance(asked, Universal):
        raise BadQuery("TimezoneOffsetFromUTC is an offset like +0100")
    result = {path: one for path, one in conditions.items() if path != (TIMEZONE_OFFSET_FROM_UTC,)}
    for path in list(result):
        date, time = pair_of(path[-1]) or (0, 0)
        on, at = (_asked(result.get((*path[:-1], tag))) for tag in (date, time))
        together = date_time and _same_form(on, at)
        if (on or at) and not isinstance(on, Moment) and (zone or together):
            result.pop((*path[:-1], time), None)
            result[*path[:-1], date] = Moment(date, time, on, at, zone, together)
    return result


def _asked(condition: Condition | None) -> Condition | None:
    return None if isinstance(condition, Universal) else condition


def _same_form(on: Condition | None, at: Condition | None) -> bool:
    if not isinstance(on, Range) or not isinstance(at, Range):
        return False
    return (on.low is None, on.high is None) == (at.low is None, at.high is None)


@lru_cache(maxsize=1024)
def pair_of(tag: int) -> tuple[int, int] | None:
    """Return the tags of the date and the time of day to which a tag belongs, None if it is not one of a pair.

    A birthday is none: it is the same day everywhere.
    """
    vr, keyword = vr_of(tag), keyword_of(tag) or ""
    if vr not in ("DA", "TM") or "Birth" in keyword:
        return None
    other = tag_of(keyword.replace("Date", "Time") if vr == "DA" else keyword.replace("Time", "Date"))
    if other is None or {vr, vr_of(other)} != {"DA", "TM"}:
        return None
    return (tag, other) if vr == "DA" else (other, tag)


def _keys(json_object: dict[str, Any], prefix: Path, means: Callable[..., Condition]) -> Iterator[tuple[Path, Condition]]:
    for key, attribute in json_object.items():
        path, vr = (*prefix, int(key, 16)), attribute["vr"]
        if vr != "SQ":
            yield path, means(path[-1], vr, _text(attribute))
            continue
        items = attribute.get("Value", [])
        if len(items) > 1:
            raise BadQuery(f"the key {key} has more than one item (PS3.4 C.2.2.2.6)")
        if not items or not items[0]:
            yield path, Universal()  # the whole sequence is asked for
        else:
            yield from _keys(items[0], path, means)


def _text(attribute: dict[str, Any]) -> str:
    values = attribute.get("Value", [])
    return "\\".join("=".join(_groups(value)) if isinstance(value, dict) else _plain(value) for value in values)


def _groups(name: dict[str, str]) -> list[str]:
    groups = [name.get(group, "") for group in ("Alphabetic", "Ideographic", "Phonetic")]
    return "=".join(groups).rstrip("=").split("=")


def _path(name: str) -> Path:
    """Return the tags of an attribute, or of the way to it through sequences (PS3.18 8.3.4.1)."""
    try:
        path = tuple(parse_tag(part) for part in name.split("."))
    except UnknownTag:
        raise BadQuery(f"{name[:64]!r} is no attribute that can be asked for") from None
    if len(path) > MAX_DEPTH or any(vr_of(tag) not in ("SQ", "UN") for tag in path[:-1]):
        raise BadQuery(f"{name[:64]!r} leads through an attribute that is no sequence")
    return path


def _flag(name: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise BadQuery(f"{name} is true or false, not {value[:64]!r}")
    return value == "true"


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise BadQuery(f"{name} is a whole number, not {value[:64]!r}")
    return int(value)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
