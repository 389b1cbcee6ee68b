"""What is believed of a remote archive's answer: rows of the shape that the standard says, and only those that match.

An archive may be old, broken or hostile. A row keeps its well-formed attributes of a bounded size; one without the UIDs of its
level is none. What an archive did not match, or matched by other rules than ours, is matched again here (PS3.4 C.2.2.2), and
a row that does not tell what was asked for does not match.
"""

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import orjson

from sixfold.dicom import tags
from sixfold.dicom.dictionary import is_private, keyword_of, tag_text, vr_of
from sixfold.dicom.matching import Condition, Path, Universal, matches_all, normalise_name
from sixfold.dicom.query import Query
from sixfold.dicom.uids import like_uid
from sixfold.viewer.model.federation import Copy, Found, Json, Question
from sixfold.viewer.rules.federation import reading

MOST_ATTRIBUTES, MOST_VALUES, LONGEST_VALUE, DEEPEST = 400, 1_000, 10_240, 5

UIDS: Final[Mapping[str, tuple[int, ...]]] = {
    "STUDY": (tags.STUDY_INSTANCE_UID,),
    "SERIES": (tags.STUDY_INSTANCE_UID, tags.SERIES_INSTANCE_UID),
    "IMAGE": (tags.STUDY_INSTANCE_UID, tags.SERIES_INSTANCE_UID, tags.SOP_INSTANCE_UID),
}
"""The unique keys of a row, from the study down to its own, which stands last (PS3.4 C.6.2.1)."""

_KEY = re.compile(r"[0-9A-F]{8}")
_PLAIN: Final = frozenset(("AE", "AS", "CS", "DA", "DT", "LO", "LT", "SH", "ST", "TM", "UC", "UI", "UR", "UT"))
_WHOLE: Final = frozenset(("IS", "US", "SS", "UL", "SL", "UV", "SV"))
_KEPT: Final = _PLAIN | _WHOLE | {"DS", "FL", "FD", "PN", "SQ"}


def sift(raw: Iterable[Any], question: Question, query: Query, issuer: str, limit: int) -> Found:
    """At most `limit` rows that are readable and match, each UID once; `issuer` is that of Patient IDs that tell none."""
    rows: dict[str, Json] = {}
    dropped, more, untold = 0, False, set[str]()
    own = UIDS[question.level][-1]
    for one in raw:
        row = read_row(one, question, issuer)
        if row is None or not _wanted(row, question, query, untold):
            dropped += 1
            continue
        if len(rows) >= limit and reading.text(row, own) not in rows:
            more = True
            break
        rows.setdefault(reading.text(row, own), row)
    return Found(tuple(rows.values()), more, dropped, tuple(sorted(untold)))


def read_row(raw: Any, question: Question, issuer: str) -> Json | None:
    """A row with its well-formed attributes; None for what is no row of this level and place."""
    if not isinstance(raw, dict) or len(raw) > MOST_ATTRIBUTES:
        return None
    row = _attributes(raw, 0)
    for tag in (tags.SPECIFIC_CHARACTER_SET, tags.QUERY_RETRIEVE_LEVEL):  # of the message, and not of what it tells
        row.pop(tag_text(tag), None)
    for tag, within in ((tags.STUDY_INSTANCE_UID, question.study_uid), (tags.SERIES_INSTANCE_UID, question.series_uid)):
        if within and not reading.values(row, tag):
            row[tag_text(tag)] = {"vr": "UI", "Value": [within]}
        if within and reading.text(row, tag) != within:
            return None
    if not all(like_uid(reading.text(row, tag)) for tag in UIDS[question.level]):
        return None
    if issuer and reading.text(row, tags.PATIENT_ID) and not reading.text(row, tags.ISSUER_OF_PATIENT_ID):
        row[tag_text(tags.ISSUER_OF_PATIENT_ID)] = {"vr": "LO", "Value": [issuer]}
    return row


def copy_of(source: str, row: Json) -> Copy:
    """What an archive tells, ready to be joined."""
    return Copy(source, row, orjson.dumps(row, option=orjson.OPT_SORT_KEYS))


def _wanted(row: Json, question: Question, query: Query, untold: set[str]) -> bool:
    if not matches_all(query.conditions, row):
        untold |= set(_untold(query.conditions, row))
        return False
    if question.patient and reading.patient_key(row) != question.patient:
        return False
    return not question.words or _has_words(row, question.words)


def _untold(conditions: Mapping[Path, Condition], row: Json) -> Iterable[str]:
    """Attributes that are asked for and that the row does not tell."""
    for path, condition in conditions.items():
        if not isinstance(condition, Universal) and tag_text(path[0]) not in row:
            yield keyword_of(path[0]) or tag_text(path[0])


def _has_words(row: Json, words: tuple[str, ...]) -> bool:
    """Whether each begins a word of the name, the Patient ID or the accession number, as in the list of our own studies."""
    name = reading.text(row, tags.PATIENT_NAME).replace("=", " ")
    numbers = f"{reading.text(row, tags.PATIENT_ID)} {reading.text(row, tags.ACCESSION_NUMBER)}"
    has = normalise_name(name).split() + normalise_name(numbers).split()
    return all(any(one.startswith(word) for one in has) for word in words)


def _attributes(raw: Mapping[Any, Any], depth: int) -> Json:
    row: Json = {}
    for key, attribute in raw.items():
        if isinstance(key, str) and isinstance(attribute, dict) and (vr := _vr_of(key)) is not None:
            read = _attribute(vr or attribute.get("vr"), attribute.get("Value", []), depth)
            if read is not None:
                row[key] = read
    return row


@lru_cache(maxsize=4096)
def _vr_of(key: str) -> str | None:
    """The VR of a tag that stands as eight digits (PS3.18 F.2.2), empty for a private one; None for what is no tag."""
    if len(key) != 8 or not _KEY.fullmatch(key):
        return None
    tag = int(key, 16)
    return "" if is_private(tag) else vr_of(tag)


def _attribute(vr: Any, given: Any, depth: int) -> Json | None:
    if not isinstance(vr, str) or vr not in _KEPT or not isinstance(given, list) or len(given) > MOST_VALUES:
        return None
    read = [value for one in given if (value := _value(one, vr, depth)) is not None]
    return {"vr": vr, "Value": read} if read else {"vr": vr}


def _value(value: Any, vr: str, depth: int) -> Any:
    """One value in the form of PS3.18 F.2.3 for its VR; None where it is none."""
    if vr in _PLAIN:
        return _text(value)
    if vr == "SQ":
        return _attributes(value, depth + 1) if isinstance(value, dict) and depth < DEEPEST else None
    if vr == "PN":
        return _name(value)
    return _number(value, vr)


def _name(value: Any) -> Json | None:
    groups = reading.name_groups(value) if isinstance(value, dict | str) else ()
    read = [_text(group) or "" for group in groups]
    return {name: group for name, group in zip(("Alphabetic", "Ideographic", "Phonetic"), read, strict=False) if group} or None


def _number(value: Any, vr: str) -> int | float | str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _text(value.strip()) if vr in ("IS", "DS") and len(value) <= 64 else None
    if isinstance(value, int):
        return value if abs(value) < 1 << 53 else None
    return value if isinstance(value, float) and math.isfinite(value) and vr not in _WHOLE else None


def _text(value: Any) -> str | None:
    if type(value) is not str:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        value = str(value)
    if len(value) > LONGEST_VALUE:
        return None
    clean = value if value.isascii() else value.encode("utf-8", "replace").decode()
    return clean.replace("\0", "").strip(" ") or None
