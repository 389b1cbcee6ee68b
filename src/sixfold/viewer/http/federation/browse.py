"""The list of studies over all archives, as it comes: one JSON object a line (`application/x-ndjson`).

- `source`: an archive was `asked`, has `answered` with so many studies after so many milliseconds, or has `failed`, and why.
- `study`: a study; a later line of the same UID replaces it.
- `gone`: a study that an earlier line told must not be shown after all: another archive says that it is closed.
- `done`: nothing follows.
"""

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import msgspec
from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from sixfold.governance import Governance
from sixfold.governance.http import needs
from sixfold.governance.model import Action
from sixfold.viewer.http.federation.asking import AnyRequest, asker_of, note
from sixfold.viewer.model.federation import Exact, Filters
from sixfold.viewer.rules.federation.asking import listed
from sixfold.viewer.rules.federation.join import in_order
from sixfold.viewer.rules.federation.showing import line_of
from sixfold.viewer.service.federation.federation import Federation
from sixfold.viewer.service.federation.search import Change, Search

NDJSON: Final = "application/x-ndjson"
HEADERS: Final = {"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"}
_USUAL, _MOST = 200, 1_000
_DAY = "as YYYY-MM-DD or YYYYMMDD"


class SourceLine(msgspec.Struct, frozen=True, tag_field="kind", tag="source", omit_defaults=True):
    """How an archive stands in this search; `more` says that it has further studies than were taken.

    `untold` names attributes that it does not tell, so that what it has could not be compared and was left out.
    """

    key: str
    title: str
    state: str
    count: int | None = None
    ms: int | None = None
    failure: str = ""
    more: bool = False
    kept: bool = False
    untold: tuple[str, ...] = ()


class GoneLine(msgspec.Struct, frozen=True, tag_field="kind", tag="gone"):
    """A study that must not be shown any more."""

    study_uid: str


class DoneLine(msgspec.Struct, frozen=True, tag_field="kind", tag="done"):
    """The end: how many studies there are, and how many archives were asked and answered."""

    studies: int
    asked: int
    answered: int
    ms: int


async def _filters(
    q: Annotated[str, QueryParameter(description="words of the patient's name, the patient ID or the accession number")] = "",
    modality: Annotated[list[str] | None, QueryParameter(description="any of these; a comma parts them too")] = None,
    since: Annotated[str, QueryParameter(name="from", description=f"first study date, {_DAY}")] = "",
    until: Annotated[str, QueryParameter(name="to", description=f"last study date, {_DAY}")] = "",
    institution: FromQuery[str] = "",
    patient: Annotated[str, QueryParameter(description="a patient's key")] = "",
) -> Filters:
    """The filters of the query."""
    modalities = tuple(one for some in modality or () for one in some.split(",") if one)
    return Filters(q, modalities, since, until, institution, patient)


async def _exact(
    study: Annotated[str, QueryParameter(description="a Study Instance UID, alone")] = "",
    accession: Annotated[str, QueryParameter(description="a whole accession number, alone")] = "",
) -> Exact:
    """What one study is looked for by."""
    return Exact(study, accession)


def browse_handlers(federation: Federation, governance: Governance) -> list[Any]:
    """The route of this module."""

    narrowing = {"filters": Provide(_filters), "exact": Provide(_exact)}

    @get("/studies", opt=needs(Action.SEARCH), dependencies=narrowing, media_type=NDJSON)
    async def federated_studies(
        request: AnyRequest,
        filters: NamedDependency[Filters],
        exact: NamedDependency[Exact],
        limit: Annotated[int, QueryParameter(ge=1, le=_MOST, description="studies that are taken of each archive")] = _USUAL,
    ) -> Stream:
        """Studies of every archive as they come, one JSON object a line: archives, studies, the end."""
        started, asker, question = time.monotonic(), asker_of(request), listed(filters, exact)

        def ask() -> Search:
            search = federation.ask(asker, question, limit)
            note(governance, request, search)
            return search

        search = await federation.run(ask)
        return Stream(_lines(federation, search, started), media_type=NDJSON, headers=HEADERS)

    return [federated_studies]


async def _lines(federation: Federation, search: Search, started: float) -> AsyncIterator[bytes]:
    yield _encoded(SourceLine(one.key, one.title, "asked") for one in search.asked)
    async for answer in search.answers():
        change = await federation.run(search.take, answer)
        yield await federation.run(_told, search, change)
    failed = len(search.missing())
    asked = len(search.asked)
    yield _encoded([DoneLine(len(search.rows()), asked, asked - failed, _ms(time.monotonic() - started))])


def _told(search: Search, change: Change) -> bytes:
    answer, found = change.answer, change.answer.found
    title, ms = search.title(answer.source), _ms(answer.seconds)
    if found is None:
        assert answer.failure is not None
        return _encoded([SourceLine(answer.source, title, "failed", ms=ms, failure=answer.failure.value)])
    head = SourceLine(
        answer.source, title, "answered", change.count, ms, more=found.more, kept=answer.kept, untold=found.untold
    )
    return _encoded([head, *map(line_of, in_order("STUDY", change.rows)), *map(GoneLine, change.gone)])


def _encoded(lines: Any) -> bytes:
    return msgspec.json.Encoder().encode_lines(list(lines))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
