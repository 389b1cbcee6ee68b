"""What the page asks: the list of studies and the page of a patient, as plain JSON below `/api`."""

import asyncio
from typing import Annotated, Final

from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter

from sixfold.archive.http.edge import STUDY
from sixfold.archive.service.worklist import ListFilters, StudyList, WorkList
from sixfold.archive.store.search.worklist import PatientLine, StudyLine
from sixfold.governance.http import needs
from sixfold.governance.model import Action

_FRESH: Final = {"Cache-Control": "private, no-store"}
_USUAL: Final = 100
_MOST: Final = 500
_SEARCH: Final = needs(Action.SEARCH)
_DAY = "as YYYY-MM-DD or YYYYMMDD"


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


def browse_router(work_list: WorkList) -> Router:
    """GET /api/studies, /api/studies/{study} and /api/patients/{key}."""

    @get("/studies", opt=_SEARCH, dependencies={"filters": Provide(_list_filters)})
    async def studies(
        filters: NamedDependency[ListFilters],
        limit: Annotated[int, QueryParameter(ge=1, le=_MOST)] = _USUAL,
        cursor: Annotated[str, QueryParameter(description="`next` of the page before")] = "",
    ) -> Response[StudyList]:
        """A page of studies, newest first; the total comes with the first page."""
        page = await asyncio.to_thread(work_list.page, filters, limit, cursor)
        return Response(page, headers=_FRESH)

    @get(STUDY, opt=_SEARCH)
    async def one_study(study: FromPath[str]) -> Response[StudyLine]:
        """The line of one study."""
        return Response(await asyncio.to_thread(work_list.study, study), headers=_FRESH)

    @get("/patients/{patient:path}", opt=_SEARCH)
    async def one_patient(patient: FromPath[str]) -> Response[PatientLine]:
        """A patient with their studies, newest first; the key may hold slashes."""
        return Response(await asyncio.to_thread(work_list.patient, patient[1:]), headers=_FRESH)

    return Router("/api", route_handlers=[studies, one_study, one_patient], tags=["studies"])
