"""One study over all archives, for whoever is about to read it: who has it, how much of it is here, what was made before."""

from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any, Final

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from sixfold.governance import Governance
from sixfold.governance.http import needs, via_of
from sixfold.governance.model import Action, Resource
from sixfold.kernel.errors import NotFound
from sixfold.viewer.http.federation.asking import AnyRequest, asker_of, note
from sixfold.viewer.http.federation.browse import HEADERS, NDJSON
from sixfold.viewer.model.federation import OWN, Conflict, Joined
from sixfold.viewer.model.priors import PriorState
from sixfold.viewer.model.retrieval import RemoteStudy, SeriesPresence
from sixfold.viewer.rules.federation.reading import patient_key
from sixfold.viewer.rules.federation.showing import Line, line_of
from sixfold.viewer.service.ahead import PriorsAhead
from sixfold.viewer.service.federation.federation import OWN_TITLE, Federation
from sixfold.viewer.service.presence import Presence
from sixfold.viewer.service.priors import Comparisons
from sixfold.viewer.service.whereabouts import Whereabouts

MOST_PRIORS: Final = 100


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


class PriorLine(msgspec.Struct, frozen=True):
    """An earlier study, how telling it is, 0 to 100, and why in words; `relevant` ones are offered at once."""

    study: Line
    score: int
    relevant: bool
    reasons: tuple[str, ...]


class StudyPriors(msgspec.Struct, frozen=True):
    """The earlier studies of a study's patient, the most telling first, at most `MOST_PRIORS`; `count` is how many there are.

    `regions` are the parts of the body that the study itself shows; `missing` says why which archive told nothing.
    """

    study_uid: str
    patient_key: str
    regions: tuple[str, ...]
    priors: tuple[PriorLine, ...]
    count: int
    missing: dict[str, str]


class AheadLine(msgspec.Struct, frozen=True, tag_field="kind", tag="prior"):
    """An earlier study that comes before anybody asks for it, and how far it is."""

    study_uid: str
    state: PriorState


class AheadDoneLine(msgspec.Struct, frozen=True, tag_field="kind", tag="done"):
    """Nothing more comes."""


def ahead_handler(ahead: PriorsAhead, governance: Governance) -> Any:
    """The route that brings priors ahead."""

    @get("/studies/{study:str}/priors/ahead", opt=needs(Action.SEARCH), media_type=NDJSON)
    async def bring_priors_ahead(request: AnyRequest, study: FromPath[str]) -> Stream:
        """Bring relevant priors from other archives for as long as the answer is read; one JSON object a line says how far."""
        asker = asker_of(request)

        def told(row: Joined) -> None:
            detail = f"brought ahead, to be compared with {study}; nobody has seen it by that"
            resource = Resource("study", row.uid, patient_key(row.row), detail)
            governance.allow(asker.principal, Action.SEARCH, resource, via_of(request.scope))

        async def lines() -> AsyncIterator[bytes]:
            if governance.may(asker.principal, Action.READ):
                coming = ahead.bring(asker, study, lambda search: note(governance, request, search, study), told)
                with suppress(NotFound):  # the head is sent: there is nothing to bring
                    async with aclosing(coming):
                        async for uid, state in coming:
                            yield msgspec.json.encode(AheadLine(uid, state)) + b"\n"
            yield msgspec.json.encode(AheadDoneLine()) + b"\n"

        return Stream(lines(), media_type=NDJSON, headers=HEADERS)

    return bring_priors_ahead


def study_handlers(
    federation: Federation, whereabouts: Whereabouts, presence: Presence, comparisons: Comparisons, governance: Governance
) -> list[Any]:
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

    @get("/studies/{study:str}/priors", opt=needs(Action.SEARCH))
    async def study_priors(request: AnyRequest, study: FromPath[str]) -> StudyPriors:
        """Earlier studies of the same patient, the most telling first, each with the reasons."""
        found = await comparisons.of(asker_of(request), study, lambda search: note(governance, request, search, study))
        lines = [
            PriorLine(line_of(row), prior.score, prior.relevant, prior.reasons) for prior, row in found.found[:MOST_PRIORS]
        ]
        key, count = patient_key(found.study.row), len(found.found)
        return StudyPriors(study, key, found.read.regions, tuple(lines), count, dict(found.missing))

    return [study_state, study_priors]
