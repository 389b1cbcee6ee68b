"""One row for each study over all archives, joined by its UID and by nothing else; so too for series and instances.

The order in which archives answer means nothing, and joining the same answers again changes nothing. The copy with the most
instances leads: all that the row tells is its word, but for the modalities, which are those of every copy. Where copies
contradict each other about whose study it is, the row says so and keeps every value; nothing is chosen silently.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sixfold.archive.rules import sort_key
from sixfold.dicom import tags
from sixfold.dicom.dictionary import tag_text
from sixfold.dicom.matching import normalise_name
from sixfold.viewer.model.federation import OWN, Conflict, Copy, Joined, Json, Location, Told
from sixfold.viewer.rules.federation import reading
from sixfold.viewer.rules.federation.rows import UIDS

MOST_TOLD = 10
"""Values of one contradiction that are shown."""
AVAILABILITIES: Final = ("ONLINE", "NEARLINE", "OFFLINE", "UNAVAILABLE")
"""From the nearest to the farthest (PS3.3 C.4.23.1.1)."""
_LONGEST_URL = 1024
_COUNTS: Final = {"STUDY": tags.NUMBER_OF_STUDY_RELATED_INSTANCES, "SERIES": tags.NUMBER_OF_SERIES_RELATED_INSTANCES}
_SEXES: Final = {"m": "M", "male": "M", "f": "F", "female": "F", "o": "O", "other": "O"}


def uid_of(level: str, row: Json) -> str:
    """The UID by which rows of a level are one."""
    return reading.text(row, UIDS[level][-1])


def joined(level: str, copies: Iterable[Copy]) -> Joined:
    """One row of some copies, at least one, that all have one UID."""
    different = {(copy.source, copy.token): copy for copy in copies}
    if len(different) == 1:
        (only,) = different.values()
        return Joined(uid_of(level, only.row), only.row, only.source, (location(level, only),))
    ordered = sorted(different.values(), key=lambda copy: _precedence(level, copy))
    lead = ordered[0]
    first = {copy.source: copy for copy in reversed(ordered)}
    places = tuple(location(level, copy) for copy in ordered if first[copy.source] is copy)
    conflicts = _conflicts(ordered) if level == "STUDY" else ()
    row = _with_modalities(lead.row, ordered) if level == "STUDY" else lead.row
    return Joined(uid_of(level, row), row, lead.source, places, conflicts)


def _precedence(level: str, copy: Copy) -> tuple[Any, ...]:
    return -(instances(level, copy.row) or 0), copy.source != OWN, copy.source, copy.token


def instances(level: str, row: Json) -> int | None:
    """How many instances the copy has; None where that is not told."""
    return reading.number(row, _COUNTS[level]) if level in _COUNTS else None


def location(level: str, copy: Copy) -> Location:
    """Where the copy is."""
    row = copy.row
    availability = reading.text(row, tags.INSTANCE_AVAILABILITY).upper()
    url = reading.text(row, tags.RETRIEVE_URL)
    return Location(
        copy.source,
        reading.texts(row, tags.RETRIEVE_AE_TITLE),
        url if url.startswith(("http://", "https://")) and len(url) <= _LONGEST_URL else "",
        availability if availability in AVAILABILITIES else "",
        reading.number(row, tags.NUMBER_OF_STUDY_RELATED_SERIES) if level == "STUDY" else None,
        instances(level, row),
    )


def _with_modalities(row: Json, copies: Sequence[Copy]) -> Json:
    own = reading.texts(row, tags.MODALITIES_IN_STUDY)
    others = {text for copy in copies for text in reading.texts(copy.row, tags.MODALITIES_IN_STUDY)}.difference(own)
    return row | {tag_text(tags.MODALITIES_IN_STUDY): {"vr": "CS", "Value": [*own, *sorted(others)]}} if others else row


def _conflicts(copies: Sequence[Copy]) -> tuple[Conflict, ...]:
    return tuple(conflict for name, tag in _COMPARED.items() if (conflict := _conflict(name, tag, copies)) is not None)


_COMPARED: Final[Mapping[str, int]] = {
    "PatientID": tags.PATIENT_ID,
    "IssuerOfPatientID": tags.ISSUER_OF_PATIENT_ID,
    "PatientName": tags.PATIENT_NAME,
    "PatientBirthDate": tags.PATIENT_BIRTH_DATE,
    "PatientSex": tags.PATIENT_SEX,
}


def _conflict(name: str, tag: int, copies: Sequence[Copy]) -> Conflict | None:
    """The values of an attribute where two of them cannot both be right; what is not told contradicts nothing."""
    told: dict[str, set[str]] = {}
    meant: list[tuple[str, ...]] = []
    for copy in copies:
        value = reading.text(copy.row, tag)
        compared = _compared(tag, copy.row)
        if any(compared):
            told.setdefault(value, set()).add(copy.source)
            meant.append(compared)
    if not any(len({groups[at] for groups in meant if groups[at:] and groups[at]}) > 1 for at in range(3)):
        return None
    every = [Told(value, tuple(sorted(sources))) for value, sources in sorted(told.items())]
    return Conflict(name, tuple(every[:MOST_TOLD]))


def _compared(tag: int, row: Json) -> tuple[str, ...]:
    """What is compared of a value: a name by its groups, a date by its digits, a sex by its defined term."""
    if tag == tags.PATIENT_NAME:
        names = reading.values(row, tag)
        return tuple(map(normalise_name, reading.name_groups(names[0]))) if names else ()
    value = reading.text(row, tag)
    if tag == tags.PATIENT_BIRTH_DATE:
        return (value.replace(".", "").replace("-", ""),)
    return (_SEXES.get(value.lower(), ""),) if tag == tags.PATIENT_SEX else (value,)


def in_order(level: str, rows: Iterable[Joined]) -> list[Joined]:
    """Studies newest first, series and instances by number; those alike by UID, so that pages neither repeat nor lose any."""
    by_uid = sorted(rows, key=lambda one: one.uid)
    if level == "STUDY":
        return sorted(by_uid, key=lambda one: _moment(one.row), reverse=True)
    tag = tags.SERIES_NUMBER if level == "SERIES" else tags.INSTANCE_NUMBER
    return sorted(by_uid, key=lambda one: (reading.number(one.row, tag) is None, reading.number(one.row, tag) or 0))


def _moment(row: Json) -> str:
    date = reading.text(row, tags.STUDY_DATE).replace(".", "").replace("-", "")
    plain = date if len(date) == 8 and date.isascii() and date.isdigit() else ""
    return sort_key(plain, reading.text(row, tags.STUDY_TIME))


def nearest(locations: Sequence[Location]) -> str:
    """The availability of what is to be had at several places: that of the nearest (PS3.3 C.4.23.1.1); empty if none tells."""
    told = [one.availability for one in locations if one.availability]
    return min(told, key=AVAILABILITIES.index) if told else ""
