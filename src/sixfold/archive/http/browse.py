"""What the page asks: the list of studies and the page of a patient, as plain JSON below `/api`."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter

from sixfold.archive.http.edge import STUDY
from sixfold.archive.service.sight import Sights
from sixfold.archive.service.worklist import ListFilters, StudyList, WorkList
from sixfold.archive.store.search.sight import Sight
from sixfold.archive.store.search.worklist import PatientLine, StudyLine
from sixfold.governance.http import needs, via_of
from sixfold.governance.model import Action, Principal

_FRESH: Final = {"Cache-Control": "private, no-store"}
_USUAL: Final = 100
_MOST: Final = 500
_SEARCH: Final = needs(Action.SEARCH)
_DAY = "as YYYY-MM-DD or YYYYMMDD"
Found = TypeVar("Found")


async def _list_filters(
    q: Annotated[str, QueryParameter(description="words of the patient's name, the patient ID or the accession number")] = "",
    modality: Annotated[list[str] | None, QueryParameter(description="any of these; a comma parts them too")] = None,
    since: Annotated[str, QueryParameter(name="from", description=f"first study date, {_DAY}")] = "",
    until: Annotated[str, QueryParameter(name="to", description=f"last study date, {_DAY}")] = "",
    institution: FromQuery[str] = "",
    patient: Annotated[str, QueryParameter(description="a patient's key")] = "",
) -> ListFilters:
    """The filters of the query."""
    modalities = tuple(one for some in modality or () for one in some.split(",") if one)
    return ListFilters(q, modalities, since, until, institution, patient)


AnyRequest = Request[Principal, Any, Any]


def browse_router(work_list: WorkList, sights: Sights) -> Router:
    """GET /api/studies, /api/studies/{study} and /api/patients/{key}: what the person may see of them."""

    async def seen(request: AnyRequest, work: Callable[[Sight], Found]) -> Response[Found]:
        """The answer of work that is done within the sight of who asks."""
        found = await asyncio.to_thread(lambda: work(sights.of(request.user, purpose=via_of(request.scope).purpose)))
        return Response(found, headers=_FRESH)

    @get("/studies", opt=_SEARCH, dependencies={"filters": Provide(_list_filters)})
    async def studies(
        request: AnyRequest,
        filters: NamedDependency[ListFilters],
        limit: Annotated[int, QueryParameter(ge=1, le=_MOST)] = _USUAL,
        cursor: Annotated[str, QueryParameter(description="`next` of the page before")] = "",
    ) -> Response[StudyList]:
        """A page of studies, newest first; the total comes with the first page."""
        return await seen(request, lambda sight: work_list.page(sight, filters, limit, cursor))

    @get(STUDY, opt=_SEARCH)
    async def one_study(request: AnyRequest, study: FromPath[str]) -> Response[StudyLine]:
        """The line of one study."""
        return await seen(request, lambda sight: work_list.study(sight, study))

    @get("/patients/{patient:path}", opt=_SEARCH)
    async def one_patient(request: AnyRequest, patient: FromPath[str]) -> Response[PatientLine]:
        """A patient with their studies, newest first; the key may hold slashes."""
        return await seen(request, lambda sight: work_list.patient(sight, patient[1:]))

    return Router("/api", route_handlers=[studies, one_study, one_patient], tags=["studies"])
