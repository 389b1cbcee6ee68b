"""QIDO-RS (PS3.18 10.6): studies, series and instances by their attributes, as JSON or XML, in pages that stay whole.

Decisions where the standard leaves them to the server:
- Order: newest study first, then series and instances by number. A page goes on by the cursor in `Link: <...>; rel="next"`,
  which neither repeats nor loses a row when objects arrive meanwhile; `offset` is there too (8.3.4.4).
- A search over all studies gives 1,000 answers unless asked for more, and 5,000 at most; one within a study gives all of it.
- No answer is 204 (table 10.6.3-1).
- Several modalities in ModalitiesInStudy, parted by commas, mean any of them; all modalities of the study are told (Q1).
- TimezoneOffsetFromUTC says in which zone the dates and times asked for are meant; answers hold those that are stored, and
  the zone of these. A stored time of which no zone is known is taken as it stands (Q11). A range of dates and one of times
  are two conditions: only C-FIND can agree to make one of them (Q10).
- Series and instances may be searched without a study's UID (relational, Q15); they bring the levels above along.
"""

import gzip
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from litestar import get
from litestar.types import ASGIApp

from sixfold.archive.http.edge import SERIES, STUDY, AnyRequest, Edge, accepted, answers
from sixfold.archive.http.negotiation import DICOM_JSON, JSON, Choice, Offer, choose
from sixfold.archive.http.sending import PRIVATE, Headers, Whole
from sixfold.archive.service.metadata import DICOMWEB
from sixfold.archive.service.search import Catalogue, Page, Scope
from sixfold.archive.store.search.sight import Sight
from sixfold.dicom.dictionary import keyword_of, tag_text
from sixfold.dicom.matching import BadQuery, Path
from sixfold.dicom.query import Query, parse_query
from sixfold.dicom.xml import native_xml
from sixfold.governance.model import Action

USUAL, MOST = 1_000, 5_000
"""Answers to a search over all studies: without a limit, and with the highest."""
MOST_IN_STUDY = 50_000

DICOM_XML = "application/dicom+xml"
_OFFERS = [Offer(DICOM_JSON), Offer(DICOM_XML, multipart=True), Offer(JSON)]
_SEARCH = answers(Action.SEARCH, *_OFFERS)
_COUNT = answers(Action.SEARCH, Offer(JSON))
_LARGE = 64 << 10  # bytes from which an answer is worth the time to compress it
_MOST_PARAMETERS = 200
_PATHS = {
    "/studies": "STUDY",
    "/series": "SERIES",
    "/instances": "IMAGE",
    f"{STUDY}/series": "SERIES",
    f"{STUDY}/instances": "IMAGE",
    f"{SERIES}/instances": "IMAGE",
}


def qido_handlers(edge: Edge, catalogue: Catalogue) -> list[Any]:
    """The six searches of table 10.6.1-1, and `/count` below the three that span all studies."""
    return [
        *(_search_handler(edge, catalogue, path, level) for path, level in _PATHS.items()),
        *(_count_handler(edge, catalogue, path, _PATHS[path]) for path in ("/studies", "/series", "/instances")),
    ]


def _search_handler(edge: Edge, catalogue: Catalogue, path: str, level: str) -> Any:
    @get(path, opt=_SEARCH, name=f"search {path}")
    async def search(request: AnyRequest) -> ASGIApp:
        """Answers to a query."""
        choice = choose(accepted(request), _OFFERS)
        pairs = _pairs(request)
        query = parse_query(level, pairs)
        service, within = f"{edge.base_url(request)}{DICOMWEB}", "study" in request.path_params
        most = MOST_IN_STUDY if within else MOST
        limit = min(query.limit if query.limit is not None else (most if within else USUAL), most)
        encodings = request.headers.get("accept-encoding", "")

        def work() -> Whole:
            scope = _scope(request, edge.sight(request), service)
            page = catalogue.search(query, scope, limit, dict(pairs).get("cursor", ""))
            headers = {**PRIVATE, **_headers(page, query)}
            if page.next:
                headers["Link"] = f'<{_next_url(request, service, pairs, page.next, limit)}>; rel="next"'
            return _answer(page.rows, choice, headers, encodings)

        return await edge.read(work)

    return search


def _count_handler(edge: Edge, catalogue: Catalogue, path: str, level: str) -> Any:
    @get(f"{path}/count", opt=_COUNT, name=f"count {path}")
    async def count(request: AnyRequest) -> ASGIApp:
        """How many answers a query has in all."""
        query = parse_query(level, _pairs(request))
        found, complete = await edge.read(lambda: catalogue.count(query, Scope(edge.sight(request))))
        headers = {**PRIVATE, "Content-Type": JSON}
        if not complete:
            headers["Warning"] = _warning("There are more; the count stopped here")
        return Whole(orjson.dumps({"count": found}), headers)

    return count


def _pairs(request: AnyRequest) -> list[tuple[str, str]]:
    """The parameters of the query; raises `BadQuery`."""
    try:
        text = request.scope["query_string"].decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise BadQuery("the query is not UTF-8 in percent encoding, or has too many parameters") from error


def _scope(request: AnyRequest, sight: Sight, service: str) -> Scope:
    path = request.path_params
    return Scope(sight, path.get("study", ""), path.get("series", ""), service)


def _headers(page: Page, query: Query) -> Headers:
    warnings = []
    if page.ignored:
        named = ", ".join(_shown(path) for path in page.ignored)
        warnings.append(f"These attributes are not supported for matching here and were not compared: {named}")
    if page.cut:
        warnings.append("The search was cut before its end; go on by the next link, or narrow it by indexed attributes")
    elif page.next and (query.limit is None or query.limit > len(page.rows)):
        warnings.append("The number of results exceeded the maximum; there are additional results that can be requested")
    return {"Warning": ", ".join(map(_warning, warnings))} if warnings else {}


def _warning(text: str) -> str:
    """A warning of code 299 (RFC 7234 5.5)."""
    return f'299 sixfold "{text}"'


def _shown(path: Path) -> str:
    return ".".join(keyword_of(tag) or tag_text(tag) for tag in path)


def _next_url(request: AnyRequest, service: str, pairs: Sequence[tuple[str, str]], cursor: str, limit: int) -> str:
    kept = [(name, value) for name, value in pairs if name not in ("cursor", "offset", "limit")]
    path = request.scope["path"].removeprefix(DICOMWEB)
    return f"{service}{path}?{urlencode([*kept, ('limit', str(limit)), ('cursor', cursor)])}"


def _answer(rows: Sequence[bytes], choice: Choice, headers: Headers, encodings: str) -> Whole:
    if not rows:
        return Whole(b"", headers, 204)
    if choice.offer.name == DICOM_XML:
        boundary = secrets.token_hex(16)
        headers = {**headers, "Content-Type": f'multipart/related; type="{DICOM_XML}"; boundary={boundary}'}
        body = _xml(rows, boundary.encode())
    else:
        headers = {**headers, "Content-Type": choice.offer.name}
        body = b"[" + b",".join(rows) + b"]"
    if len(body) >= _LARGE and "gzip" in encodings:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 1, mtime=0)
    return Whole(body, headers)


def _xml(rows: Sequence[bytes], boundary: bytes) -> bytes:
    """One part for each answer (PS3.18 8.7.5, PS3.19 A.1)."""
    head = b"--%b\r\nContent-Type: %b\r\n\r\n" % (boundary, DICOM_XML.encode())
    return b"".join(head + native_xml(orjson.loads(row)) + b"\r\n" for row in rows) + b"--%b--\r\n" % boundary
