"""The URI service (PS3.18 9), for those who still ask by query parameters: one instance, as a file or as a picture."""

from collections.abc import Mapping

from litestar import Router, get
from litestar.types import ASGIApp

from sixfold.archive.http.edge import AnyRequest, Edge, reads
from sixfold.archive.http.frames import frame_numbers
from sixfold.archive.http.negotiation import ANY_SYNTAX, DICOM, MediaType, NotAcceptable, Offer, acceptable, choose
from sixfold.archive.http.sending import PRIVATE, Whole, etag_matches, etag_of, not_modified
from sixfold.archive.http.viewing import LARGEST, BadParameter, numbers_of, quality_of
from sixfold.archive.http.wado import FILE, as_file, negotiated
from sixfold.archive.model import Located
from sixfold.archive.service.rendering import representative
from sixfold.dicom.image import Window
from sixfold.dicom.render import RenderOptions, Viewport
from sixfold.governance.http import names_by_query
from sixfold.kernel.errors import Unsupported

# PS3.18 9.4.1.1.1: the default for an image of one frame first; for other objects the file.
_PICTURES = (Offer("image/jpeg"), Offer("image/png"), Offer("image/webp"))
_REFUSED = ("presentationUID", "presentationSeriesUID")


class NotAnonymised(Unsupported):
    """De-identification was asked for; the true identity is never given in its place."""


def wado_uri_router(edge: Edge) -> Router:
    """`GET /wado?requestType=WADO&studyUID=...&seriesUID=...&objectUID=...`."""

    @get("/wado", opt={**reads(*_PICTURES, FILE), **names_by_query(study="studyUID", series="seriesUID")})
    async def retrieve_by_uri(request: AnyRequest) -> ASGIApp:
        """One instance by query parameters."""
        return await edge.paint(_retrieve, edge, request)

    return Router("/", route_handlers=[retrieve_by_uri])


def _retrieve(edge: Edge, request: AnyRequest) -> ASGIApp:
    query = request.query_params
    _check(query)
    (instance,) = edge.archive.reader.locate(query["studyUID"], query["seriesUID"], query["objectUID"])
    wanted = query.get("contentType", "") or request.headers.get("accept", "")
    has_picture = not edge.retrieval.rendering.forms(instance) and instance.place.pixel_offset < instance.place.length
    offers = (*_PICTURES, FILE) if has_picture and (instance.frames or 1) == 1 else (FILE, *_PICTURES)
    offer = choose(acceptable(wanted.replace("application/dicom ", "application/dicom+")), offers).offer
    if offer == FILE:
        return _as_file(edge, request, instance, query.get("transferSyntax", ""))
    return _as_picture(edge, request, representative([instance]), offer.name)


def _check(query: Mapping[str, str]) -> None:
    """What must be there, and what is not offered (PS3.18 9.4.1)."""
    if query.get("requestType") != "WADO":
        raise BadParameter("requestType is WADO")
    missing = [name for name in ("studyUID", "seriesUID", "objectUID") if not query.get(name)]
    if missing:
        raise BadParameter(f"{', '.join(missing)} must be given")
    if query.get("anonymize", "no") != "no":
        raise NotAnonymised("images are not de-identified by this service")
    if any(query.get(name) for name in _REFUSED):
        raise Unsupported("presentation states are not applied by this service")


def _as_file(edge: Edge, request: AnyRequest, instance: Located, syntax: str) -> ASGIApp:
    """PS3.18 9.4.1.2.1: without `transferSyntax` Explicit VR Little Endian, by the same rules as WADO-RS."""
    if syntax == ANY_SYNTAX:
        raise NotAcceptable("transferSyntax is a UID")
    ranges = [MediaType(DICOM, (("transfer-syntax", syntax),) if syntax else ())]
    _, (item,) = negotiated(edge, ranges, [instance])
    headers = {**PRIVATE, "ETag": etag_of([instance], f"file{item.syntax}")}
    if etag_matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return not_modified(headers)
    return as_file(edge, request, item, headers)


def _as_picture(edge: Edge, request: AnyRequest, instance: Located, media_type: str) -> ASGIApp:
    query = request.query_params
    (frame,) = frame_numbers(query.get("frameNumber", "1")) if "," not in query.get("frameNumber", "1") else (0,)
    if not frame:
        raise BadParameter("frameNumber is one number from 1")
    quality = quality_of(query.get("imageQuality", "90"))
    options = RenderOptions(media_type, quality, _window(query), _viewport(edge, instance, query))
    headers = {**PRIVATE, "ETag": etag_of([instance], f"uri{frame}{options}")}
    if etag_matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return not_modified(headers)
    picture = edge.retrieval.rendering.picture(instance, frame, options)
    return Whole(picture.data, {**headers, "Content-Type": picture.media_type})


def _window(query: Mapping[str, str]) -> Window | None:
    """Both of `windowCenter` and `windowWidth`, or neither (PS3.18 9.4.1.2.5)."""
    given = [query[name] for name in ("windowCenter", "windowWidth") if query.get(name)]
    numbers = numbers_of(given)
    if not given:
        return None
    if len(numbers) != 2 or numbers[1] <= 0:
        raise BadParameter("windowCenter and windowWidth are two numbers, the width above 0")
    return Window(numbers[0], numbers[1])


def _viewport(edge: Edge, instance: Located, query: Mapping[str, str]) -> Viewport | None:
    """`rows` and `columns` bound the picture; `region` is left, top, right, bottom in parts of the whole (PS3.18 9.4.1.2.4)."""
    rows, columns, region = query.get("rows", ""), query.get("columns", ""), query.get("region", "")
    if not (rows or columns or region):
        return None
    height, width = _side(rows, "rows"), _side(columns, "columns")
    if not region:
        return Viewport(width, height)
    corners = numbers_of(region.split(","))
    if len(corners) != 4 or not 0 <= corners[0] < corners[2] <= 1 or not 0 <= corners[1] < corners[3] <= 1:
        raise BadParameter("region is left,top,right,bottom, each from 0 to 1")
    image = edge.retrieval.frames.image(instance)
    left, top, right, bottom = corners
    source = (left * image.columns, top * image.rows, (right - left) * image.columns, (bottom - top) * image.rows)
    if not (rows or columns):
        width, height = max(1, round(source[2])), max(1, round(source[3]))
    return Viewport(width, height, source)


def _side(text: str, name: str) -> int:
    if not text:
        return LARGEST
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= LARGEST):
        raise BadParameter(f"{name} is a whole number from 1 to {LARGEST}")
    return int(text)
