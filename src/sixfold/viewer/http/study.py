"""One study over all archives, for whoever is about to read it: who has it, and how much of it is here."""

from typing import Any

import msgspec
from litestar import get
from litestar.params import FromPath

from sixfold.governance import Governance
from sixfold.governance.http import needs
from sixfold.governance.model import Action
from sixfold.viewer.http.federation.asking import AnyRequest, asker_of
from sixfold.viewer.model.federation import OWN, Conflict
from sixfold.viewer.model.retrieval import RemoteStudy, SeriesPresence
from sixfold.viewer.rules.federation.reading import patient_key
from sixfold.viewer.service.federation.federation import OWN_TITLE, Federation
from sixfold.viewer.service.presence import Presence
from sixfold.viewer.service.whereabouts import Whereabouts


class Holder(msgspec.Struct, frozen=True):
    """An archive that has a copy, and how many series and instances it says to have."""

    key: str
    title: str
    series: int | None = None
    instances: int | None = None


class StudyState(msgspec.Struct, frozen=True):
    """Where a study is, and how much of it is here.

    `missing` says why which archive, by its title, told nothing; `series` are those that the caller may read; `bringing` that
    some are on their way.
    """

    study_uid: str
    patient_key: str
    lead: str
    archives: tuple[Holder, ...]
    conflicts: tuple[Conflict, ...]
    missing: dict[str, str]
    series: tuple[SeriesPresence, ...]
    bringing: bool


def study_handlers(federation: Federation, whereabouts: Whereabouts, presence: Presence, governance: Governance) -> list[Any]:
    """The routes of this module."""

    @get("/studies/{study:str}/state", opt=needs(Action.SEARCH))
    async def study_state(request: AnyRequest, study: FromPath[str]) -> StudyState:
        """Which archives have a copy of a study, and how much of it is here."""
        asker = asker_of(request)
        found, search = await federation.locate(asker, study)
        remote = RemoteStudy(study)
        if governance.may(asker.principal, Action.READ):
            remote = await whereabouts.of(asker, study)
        titles = {one.key: one.title for one in search.asked} | {OWN: OWN_TITLE}
        failed = {search.title(one.source): one.failure.value for one in search.missing() if one.failure is not None}
        series = await federation.run(presence.of, remote)
        return StudyState(
            study,
            patient_key(found.row),
            found.lead,
            tuple(Holder(one.source, titles[one.source], one.series, one.instances) for one in found.locations),
            found.conflicts,
            failed | dict(remote.missing),
            series,
            await federation.run(presence.is_filling, study),
        )

    return [study_state]
