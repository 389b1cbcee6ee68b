"""The list of studies that people search, and the page of one patient."""

import re

import msgspec

from sixfold.archive.service import cursor as cursors
from sixfold.archive.service.cursor import Cursor
from sixfold.archive.store.search.dialect import dialect_of
from sixfold.archive.store.search.fields import FIELDS
from sixfold.archive.store.search.filters import (
    Among,
    Between,
    Filter,
    Span,
    day_span,
    modality_filter,
    study_filter,
    words_filters,
)
from sixfold.archive.store.search.probes import Probes
from sixfold.archive.store.search.sight import Sight, sight_filter
from sixfold.archive.store.search.studies import StudySearch, Wanted
from sixfold.archive.store.search.worklist import (
    PatientLine,
    StudyLine,
    counted_study_lines,
    find_patient,
    patient_filter,
    study_lines,
)
from sixfold.dicom import tags
from sixfold.dicom.matching import normalise_name
from sixfold.kernel.database import Database
from sixfold.kernel.errors import InvalidInput, NotFound

COUNTED = 10_000
"""Studies that a total tells apart."""
_EFFORT = 30_000
_MOST_WORDS = 8
_MOST_OF_A_PATIENT = 2_000
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_DAY = re.compile(r"[0-9]{8}")


class BadListFilter(InvalidInput):
    """A filter of the list cannot be used."""


class ListFilters(msgspec.Struct, frozen=True):
    """What narrows the list: words of names, patient IDs and accession numbers, days as YYYYMMDD, a patient's key."""

    q: str = ""
    modalities: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    institution: str = ""
    patient: str = ""


class Total(msgspec.Struct, frozen=True):
    """How many there are: all of them, or at least so many."""

    count: int
    exact: bool


class StudyList(msgspec.Struct, frozen=True):
    """A page of the list; `next` goes on behind it. The total is told with the first page only."""

    rows: list[StudyLine]
    next: str | None
    total: Total | None


class WorkList:
    """Answers for lists that people read. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = dialect_of(database.dialect)
        self._probes = Probes()

    def page(self, sight: Sight, filters: ListFilters, limit: int, cursor: str = "") -> StudyList:
        """A page of the list, as far as the sight goes; raises `BadListFilter`, `BadCursor`."""
        after = cursors.from_text(cursor) if cursor else None
        with self._database.read() as connection:
            search = StudySearch(connection, self._dialect, self._probes)
            wanted = self._wanted(search, filters, sight)
            if wanted is None:
                return StudyList([], None, Total(0, exact=True))
            if after is None:
                found, count = counted_study_lines(search, wanted, limit + 1, COUNTED, _EFFORT)
                total = Total(*count)
            else:
                wanted = msgspec.structs.replace(wanted, after=(after.sort_key, after.ref))
                found, total = study_lines(search, wanted, limit + 1), None
        following = cursors.to_text(Cursor(*found[limit - 1][0])) if len(found) > limit else None
        return StudyList([line for _, line in found[:limit]], following, total)

    def study(self, sight: Sight, uid: str) -> StudyLine:
        """The line of one study that is in sight; raises `NotFound`."""
        one = study_filter(FIELDS[tags.STUDY_INSTANCE_UID], Among((_stored(uid),)), self._dialect)
        with self._database.read() as connection:
            found = study_lines(
                StudySearch(connection, self._dialect, self._probes), Wanted((one,), sight=sight_filter(sight)), 1
            )
        if not found:
            raise NotFound("there is no such study here")
        return found[0][1]

    def patient(self, sight: Sight, key: str) -> PatientLine:
        """A patient with their visible studies that are in sight, newest first; raises `NotFound` when there are none."""
        with self._database.read() as connection:
            patient = find_patient(connection, self._dialect, _stored(key))
            if patient is None:
                raise NotFound("there is no such patient here")
            wanted = Wanted((patient_filter(patient[0]),), sight=sight_filter(sight))
            lines = study_lines(StudySearch(connection, self._dialect, self._probes), wanted, _MOST_OF_A_PATIENT)
        if not lines:
            raise NotFound("there is no such patient here")
        return msgspec.structs.replace(patient[1], studies=[line for _, line in lines])

    def _wanted(self, search: StudySearch, filters: ListFilters, sight: Sight) -> Wanted | None:
        """The filters as the store takes them; None when no study can fit."""
        found: list[Filter] = words_filters(_words(filters.q), self._dialect)
        if filters.modalities:
            found.append(modality_filter(tuple(_stored(one) for one in filters.modalities), self._dialect))
        if filters.institution:
            test = Among((_stored(filters.institution),))
            found.append(study_filter(FIELDS[tags.INSTITUTION_NAME], test, self._dialect))
        if filters.patient:
            patient = find_patient(search.connection, self._dialect, _stored(filters.patient))
            if patient is None:
                return None
            found.append(patient_filter(patient[0]))
        return Wanted(tuple(found), _span(filters.since, filters.until), sight=sight_filter(sight))


def _words(text: str) -> list[str]:
    words = normalise_name(_stored(text).replace("=", " ")).split()
    if len(words) > _MOST_WORDS:
        raise BadListFilter(f"look for {_MOST_WORDS} words at most")
    return words


def _span(since: str, until: str) -> Span:
    since, until = since.replace("-", ""), until.replace("-", "")
    for day in (since, until):
        if day and not _DAY.fullmatch(day):
            raise BadListFilter(f"'{day[:20]}' is not a day as YYYY-MM-DD or YYYYMMDD")
    if not since and not until:
        return Span()
    return day_span(Between(since or None, until or None))[0]


def _stored(text: str) -> str:
    """Text as it can stand in the index."""
    if _NOT_STORABLE.search(text):
        raise BadListFilter("the text holds characters that no attribute can hold")
    return text
