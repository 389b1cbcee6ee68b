"""Which earlier studies belong beside one: all of the patient's over every archive, weighed."""

import asyncio
from collections.abc import Callable, Mapping

import msgspec

from sixfold.dicom import tags
from sixfold.kernel.errors import NotFound
from sixfold.viewer.model.federation import Filters, Joined, Question
from sixfold.viewer.model.priors import Prior, ReadStudy
from sixfold.viewer.rules import priors as rules
from sixfold.viewer.rules.federation import reading
from sixfold.viewer.rules.federation.asking import listed
from sixfold.viewer.service.federation.federation import LIMITS, Federation
from sixfold.viewer.service.federation.judging import Asker
from sixfold.viewer.service.federation.search import Search
from sixfold.viewer.service.identity.showing import Showing

Noted = Callable[[Search], None]
"""Leaves the trace of a search; raises `AuditUnavailable`."""


class Priors(msgspec.Struct, frozen=True):
    """A study, its patient's earlier ones, the most telling first, and why which archive, by its title, told nothing."""

    study: Joined
    read: ReadStudy
    found: tuple[tuple[Prior, Joined], ...]
    missing: Mapping[str, str]


_MOST_RECORDS = 10


class Comparisons:
    """One a process."""

    def __init__(self, federation: Federation, persons: Showing) -> None:
        self._federation = federation
        self._persons = persons

    async def of(self, asker: Asker, study_uid: str, noted: Noted) -> Priors:
        """The priors of a study; raises `NotFound`."""
        study, first = await self._federation.locate(asker, study_uid)
        series = Question(level="SERIES", study_uid=study_uid)
        among = frozenset(place.source for place in study.locations)
        told = await self._federation.answered(asker, series, LIMITS[-1], among, hasty=True)
        parts = [reading.text(one.row, tags.BODY_PART_EXAMINED) for one in told.rows()]
        searches = await self._of_person(asker, reading.patient_key(study.row))
        for search in searches:
            noted(search)
        read = _read(study, parts)
        found = await self._federation.run(self._ranked, read, searches)
        missing = {
            one.title(answer.source): answer.failure.value
            for one in (first, *searches)
            for answer in one.missing()
            if answer.failure is not None
        }
        return Priors(study, read, found, missing)

    async def _of_person(self, asker: Asker, key: str) -> list[Search]:
        """The studies of every record of a person; what is only perhaps of the same person is not among them."""
        members = await self._federation.run(self._members, asker, key)
        keys = list(dict.fromkeys((key, *members)))[:_MOST_RECORDS]
        questions = [listed(Filters(patient=one)) for one in keys]
        return list(await asyncio.gather(*(self._federation.answered(asker, one, LIMITS[1]) for one in questions)))

    def _members(self, asker: Asker, key: str) -> list[str]:
        try:
            return [one.patient_key for one in self._persons.person_of(asker, key).members]
        except NotFound:  # nobody knows more of the person than this one record
            return []

    def _ranked(self, current: ReadStudy, searches: list[Search]) -> tuple[tuple[Prior, Joined], ...]:
        rows = {row.uid: row for search in searches for row in search.rows()}
        return tuple((prior, rows[prior.study_uid]) for prior in rules.ranked(current, map(_read, rows.values())))


def _read(study: Joined, parts: list[str] | None = None) -> ReadStudy:
    row = study.row
    return rules.read_study(
        study.uid,
        reading.text(row, tags.STUDY_DATE),
        reading.texts(row, tags.MODALITIES_IN_STUDY),
        reading.text(row, tags.STUDY_DESCRIPTION),
        parts or (),
    )
