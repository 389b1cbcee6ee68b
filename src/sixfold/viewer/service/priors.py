"""Which earlier studies belong beside one: all of the patient's over every archive, weighed."""

from collections.abc import Callable, Mapping

import msgspec

from sixfold.dicom import tags
from sixfold.viewer.model.federation import Filters, Joined, Question
from sixfold.viewer.model.priors import Prior, ReadStudy
from sixfold.viewer.rules import priors as rules
from sixfold.viewer.rules.federation import reading
from sixfold.viewer.rules.federation.asking import listed
from sixfold.viewer.service.federation.federation import LIMITS, Federation
from sixfold.viewer.service.federation.judging import Asker
from sixfold.viewer.service.federation.search import Search

Noted = Callable[[Search], None]
"""Leaves the trace of a search; raises `AuditUnavailable`."""


class Priors(msgspec.Struct, frozen=True):
    """A study, its patient's earlier ones, the most telling first, and why which archive, by its title, told nothing."""

    study: Joined
    read: ReadStudy
    found: tuple[tuple[Prior, Joined], ...]
    missing: Mapping[str, str]


class Comparisons:
    """One a process."""

    def __init__(self, federation: Federation) -> None:
        self._federation = federation

    async def of(self, asker: Asker, study_uid: str, noted: Noted) -> Priors:
        """The priors of a study; raises `NotFound`."""
        study, first = await self._federation.locate(asker, study_uid)
        series = Question(level="SERIES", study_uid=study_uid)
        among = frozenset(place.source for place in study.locations)
        told = await self._federation.answered(asker, series, LIMITS[-1], among)
        parts = [reading.text(one.row, tags.BODY_PART_EXAMINED) for one in told.rows()]
        patient = listed(Filters(patient=reading.patient_key(study.row)))
        search = await self._federation.answered(asker, patient, LIMITS[1])
        noted(search)
        found = await self._federation.run(self._ranked, _read(study, parts), search)
        missing = {one.title(answer.source): answer.failure for one in (first, search) for answer in one.missing()}
        return Priors(
            study, _read(study, parts), found, {title: why.value for title, why in missing.items() if why is not None}
        )

    def _ranked(self, current: ReadStudy, search: Search) -> tuple[tuple[Prior, Joined], ...]:
        rows = {row.uid: row for row in search.rows()}
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
