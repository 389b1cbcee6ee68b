"""What the page asks: the list of studies and the page of a patient, as plain JSON below `/api`."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, Router, get
from litestar.params import FromPath

from sixfold.archive.http.edge import STUDY, AnyRequest
from sixfold.archive.service.worklist import BadListFilter, ListFilters, WorkList
from sixfold.governance.http import needs
from sixfold.governance.model import Action

_encode = msgspec.json.Encoder().encode
_FRESH = {"Cache-Control": "private, no-store"}
_USUAL, _MOST = 100, 500


def browse_router(work_list: WorkList) -> Router:
    """GET /api/studies, /api/studies/{study} and /api/patients/{key}."""

    @get("/studies", opt=needs(Action.SEARCH))
    async def studies(request: AnyRequest) -> Response[bytes]:
        """A page of studies, newest first; the total comes with the first page."""
        given = request.query_params
        filters = ListFilters(
            q=given.get("q", ""),
            modalities=tuple(one for some in given.getall("modality", []) for one in some.split(",") if one),
            since=given.get("from", ""),
            until=given.get("to", ""),
            institution=given.get("institution", ""),
            patient=given.get("patient", ""),
        )
        page = await asyncio.to_thread(work_list.page, filters, _limit(given), given.get("cursor", ""))
        return _json(page)

    @get(STUDY, opt=needs(Action.SEARCH))
    async def one_study(study: FromPath[str]) -> Response[bytes]:
        """The line of one study."""
        return _json(await asyncio.to_thread(work_list.study, study))

    @get("/patients/{patient:path}", opt=needs(Action.SEARCH))
    async def one_patient(patient: FromPath[str]) -> Response[bytes]:
        """A patient with their studies, newest first; the key may hold slashes."""
        return _json(await asyncio.to_thread(work_list.patient, patient[1:]))

    return Router("/api", route_handlers=[studies, one_study, one_patient])


def _limit(given: Mapping[str, str]) -> int:
    text = given.get("limit", str(_USUAL))
    if not text.isdecimal() or not 1 <= int(text[:9]) <= _MOST:
        raise BadListFilter(f"limit is a number from 1 to {_MOST}")
    return int(text)


def _json(value: Any) -> Response[bytes]:
    return Response(_encode(value), media_type="application/json", headers=_FRESH)
