"""Finding by attributes, for QIDO and C-FIND alike: conditions on indexed attributes, answers as DICOM JSON.

Values match as PS3.4 C.2.2.2 says: single value, list of UID, wild card, range; names without regard to case and accent.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from sixfold.archive.store.search import answers
from sixfold.archive.store.search.dialect import dialect_of
from sixfold.archive.store.search.fields import FIELDS, NAME_GROUPS, Field, Kind
from sixfold.archive.store.search.fields import Level as Depth
from sixfold.archive.store.search.filters import (
    Among,
    Between,
    Filter,
    Like,
    Span,
    Test,
    day_span,
    modality_filter,
    name_filter,
    series_condition,
    sop_class_filter,
    study_filter,
)
from sixfold.archive.store.search.levels import Below, Condition, LevelSearch
from sixfold.archive.store.search.studies import StudyHit, StudySearch, Wanted
from sixfold.dicom import tags
from sixfold.dicom.dictionary import keyword_of, vr_of
from sixfold.dicom.matching import normalise_name
from sixfold.kernel.database import Database
from sixfold.kernel.errors import InvalidInput

_WILDCARD_VRS = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
_RANGE_VRS = frozenset({"DA", "TM", "DT"})


class BadQuery(InvalidInput):
    """A key cannot be searched here, or its value cannot be matched."""


class Level(StrEnum):
    """What is looked for."""

    STUDY = "study"
    SERIES = "series"
    INSTANCE = "instance"


class Question(msgspec.Struct, frozen=True):
    """Conditions by tag, as text, and which part of the answers is wanted."""

    conditions: Mapping[int, str]
    limit: int = 1000
    offset: int = 0


class Found(msgspec.Struct, frozen=True):
    """One answer: its own level, and the study that it belongs to, as DICOM JSON bytes."""

    answer: bytes
    study: bytes
    patient_ref: int


class _Split(msgspec.Struct):
    """Conditions as the store takes them."""

    filters: list[Filter] = []
    span: Span = Span()
    series: list[Condition] = []
    instances: list[Condition] = []


class Catalogue:
    """Answers questions about what is visible. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = dialect_of(database.dialect)

    def search(self, level: Level, question: Question, service: str) -> list[Found]:
        """Answers newest study first; `service` is the base URL of `/dicomweb`. Raises `BadQuery`."""
        split = self._split(level, question.conditions)
        wanted = Wanted(tuple(split.filters), split.span)
        base = service.encode("ascii", "replace")
        size, offset = question.limit, question.offset
        with self._database.read() as connection:
            if level is Level.STUDY:
                hits = [StudyHit(*row) for row in StudySearch(connection, self._dialect).page(_from(wanted, offset), size)]
                return [_of_study(hit, base) for hit in hits]
            search = LevelSearch(connection, self._dialect)
            below = Below(tuple(split.series), tuple(split.instances))
            if level is Level.SERIES:
                found = search.series(wanted, below, size, offset)
                return [Found(answers.series_answer(hit, base), *_rest(hit.study, base)) for hit in found]
            rows = search.instances(wanted, below, size, offset)
            return [Found(answers.instance_answer(hit, base), *_rest(hit.study, base)) for hit in rows]

    def count(self, conditions: Mapping[int, str]) -> int:
        """How many studies there are."""
        split = self._split(Level.STUDY, conditions)
        with self._database.read() as connection:
            return StudySearch(connection, self._dialect).count(Wanted(tuple(split.filters), split.span))[0]

    def _split(self, level: Level, conditions: Mapping[int, str]) -> _Split:
        split = _Split()
        for tag, text in conditions.items():
            if text in ("", "*"):
                continue  # universal matching (PS3.4 C.2.2.2.3)
            if level is Level.STUDY and tag == tags.MODALITY:
                tag = tags.MODALITIES_IN_STUDY
            field = FIELDS.get(tag)
            if field is None:
                raise BadQuery(f"{keyword_of(tag) or f'{tag:08X}'} cannot be searched here")
            self._add(split, level, tag, field, text)
        return split

    def _add(self, split: _Split, level: Level, tag: int, field: Field, text: str) -> None:
        test = _test(tag, field, text)
        if field.kind is Kind.DAY:
            split.span, more = day_span(test)
            split.filters += [more] if more else []
        elif field.kind is Kind.MODALITIES:
            split.filters.append(modality_filter(tuple(_values(text, "CS"))))
        elif field.kind is Kind.SOP_CLASSES:
            split.filters.append(sop_class_filter(test, self._dialect))
        elif tag == tags.PATIENT_NAME and not text.isascii():
            split.filters.append(name_filter(NAME_GROUPS, test, self._dialect))
        elif field.level <= Depth.STUDY:
            split.filters.append(study_filter(field, test, self._dialect))
        elif level is Level.STUDY or (level is Level.SERIES and field.level is Depth.INSTANCE):
            raise BadQuery(f"{keyword_of(tag)} can only be searched at its own level")
        else:
            condition = Condition(*series_condition(field, test, self._dialect))
            (split.series if field.level is Depth.SERIES else split.instances).append(condition)


def _from(wanted: Wanted, offset: int) -> Wanted:
    return msgspec.structs.replace(wanted, offset=offset)


def _of_study(hit: StudyHit, base: bytes) -> Found:
    answer = answers.study_answer(hit, base)
    return Found(answer, answer, hit.patient_ref)


def _rest(hit: StudyHit, base: bytes) -> tuple[bytes, int]:
    return answers.study_answer(hit, base), hit.patient_ref


def _test(tag: int, field: Field, text: str) -> Test:
    """How a value matches (PS3.4 C.2.2.2); raises `BadQuery`."""
    vr = vr_of(tag)
    if vr in _RANGE_VRS and "-" in text:
        low, _, high = text.partition("-")
        if not low.strip() and not high.strip():
            raise BadQuery(f"{keyword_of(tag)}: a range has at least one end")
        return Between(low.strip() or None, high.strip() or None)
    if field.kind is Kind.NAME:
        name = normalise_name(text.replace("=", " ").rstrip("^"))
        return Like(name) if "*" in name or "?" in name else Among((name,))
    values = _values(text, vr)
    if field.kind is Kind.NUMBER:
        return Among(tuple(_number(tag, value) for value in values))
    if vr in _WILDCARD_VRS and len(values) == 1 and ("*" in text or "?" in text):
        return Like(values[0])
    return Among(tuple(values))


def _values(text: str, vr: str) -> list[str]:
    parts = text.replace(",", "\\").split("\\") if vr in ("UI", "CS") else text.split("\\")
    return [part.strip(" \0") for part in parts if part.strip(" \0")]


def _number(tag: int, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadQuery(f"{keyword_of(tag)}: '{text[:40]}' is no whole number") from None
