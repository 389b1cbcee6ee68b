"""QIDO-RS (PS3.18 10.6): studies, series and instances by their attributes, as DICOM JSON."""

from typing import Any

from litestar import Request, Response, get

from sixfold.archive.http.negotiation import DICOM_JSON, JSON, Offer, acceptable, choose
from sixfold.archive.service.finding import BadQuery, Catalogue, Level, Question
from sixfold.dicom import tags
from sixfold.dicom.dictionary import UnknownTag, parse_tag
from sixfold.governance.http import needs
from sixfold.governance.model import Action, Principal

AnyRequest = Request[Principal, Any, Any]

_SEARCH = needs(Action.SEARCH)
_OFFERS = [Offer(DICOM_JSON), Offer(JSON)]
_USUAL, _MOST = 1000, 5000
_NOT_KEYS = frozenset({"limit", "offset", "includefield", "fuzzymatching", "accept", "charset", "orderby"})
_NO_FUZZY = "The fuzzymatching parameter is not supported. Only literal matching has been performed."  # PS3.18 8.3.4.2
_MORE = "There are more results that can be requested: use offset."
_PATHS = {
    "/studies": Level.STUDY,
    "/series": Level.SERIES,
    "/instances": Level.INSTANCE,
    "/studies/{study:str}/series": Level.SERIES,
    "/studies/{study:str}/instances": Level.INSTANCE,
    "/studies/{study:str}/series/{series:str}/instances": Level.INSTANCE,
}


def qido_handlers(catalogue: Catalogue, public_url: str) -> list[Any]:
    """The routes of QIDO-RS, relative to `/dicomweb`."""

    def handler_for(level: Level) -> Any:
        def search(request: AnyRequest) -> Response[bytes]:
            """Search by attributes; newest study first."""
            return _answer(request, catalogue, level, public_url)

        return search

    def count(request: AnyRequest) -> dict[str, int]:
        """How many studies match."""
        return {"count": catalogue.count(_conditions(request))}

    found = [get(path, opt=_SEARCH, sync_to_thread=True)(handler_for(level)) for path, level in _PATHS.items()]
    return [*found, get("/studies/count", opt=_SEARCH, sync_to_thread=True)(count)]


def _answer(request: AnyRequest, catalogue: Catalogue, level: Level, public_url: str) -> Response[bytes]:
    given = request.query_params
    limit, offset = _whole(given.get("limit", ""), _USUAL), _whole(given.get("offset", ""), 0)
    limit = min(limit, _MOST)
    accepted = acceptable(request.headers.get("accept", ""), given.get("accept", ""))
    media_type = choose(accepted, _OFFERS).offer.name
    service = f"{(public_url or str(request.base_url)).rstrip('/')}/dicomweb"
    found = catalogue.search(level, Question(_conditions(request), limit + 1, offset), service)
    warnings = [_NO_FUZZY] if given.get("fuzzymatching", "").lower() == "true" else []
    warnings += [_MORE] if len(found) > limit else []
    headers = {"Warning": ", ".join(f'299 sixfold "{text}"' for text in warnings)} if warnings else {}
    body = b"[" + b",".join(one.answer for one in found[:limit]) + b"]"
    return Response(body, media_type=media_type, headers=headers | {"Cache-Control": "private, no-store"})


def _conditions(request: AnyRequest) -> dict[int, str]:
    """Conditions of the query and of the path; raises `BadQuery` for a keyword that nobody knows (PS3.18 8.3.4)."""
    conditions: dict[int, str] = {}
    for key, value in request.query_params.multi_items():
        if key in _NOT_KEYS:
            continue
        try:
            conditions[parse_tag(key)] = value
        except UnknownTag as error:
            raise BadQuery(f"'{key[:64]}' is no attribute") from error
    path = request.path_params
    if "study" in path:
        conditions[tags.STUDY_INSTANCE_UID] = path["study"]
    if "series" in path:
        conditions[tags.SERIES_INSTANCE_UID] = path["series"]
    return conditions


def _whole(text: str, usual: int) -> int:
    if not text:
        return usual
    if not text.isdigit() or len(text) > 12:
        raise BadQuery(f"'{text[:40]}' is no whole number")
    return int(text)
