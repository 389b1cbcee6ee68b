"""Bulk data (PS3.18 10.4.1.1.5): one value of an instance, found by its path, whole or a range of it."""

from collections.abc import Iterator
from typing import Any

from litestar import get
from litestar.types import ASGIApp

from sixfold.archive.http.edge import INSTANCE, AnyRequest, Edge, accepted, reads
from sixfold.archive.http.frames import form_of, frame_of
from sixfold.archive.http.negotiation import OCTETS, Offer, choose
from sixfold.archive.http.ranges import span_of
from sixfold.archive.http.sending import PRIVATE, Headers, Pieces, Whole, etag_matches, etag_of, not_modified
from sixfold.archive.model import Located
from sixfold.archive.service.frames import BulkData
from sixfold.archive.service.multipart import Related
from sixfold.archive.service.rendering import PDF, PDF_STORAGE
from sixfold.dicom.tags import PIXEL_DATA_TAGS
from sixfold.dicom.uids import transfer_syntax

_OFFERS = (Offer(OCTETS), Offer(OCTETS, multipart=True))
_OFFERS_OF_PDF = (*_OFFERS, Offer(PDF), Offer(PDF, multipart=True))
_ENCAPSULATED_DOCUMENT = 0x00420011
_OPT = reads(*_OFFERS_OF_PDF)
_PIECE = 1 << 20


def bulk_handlers(edge: Edge) -> list[Any]:
    """The route of bulk data."""

    @get(f"{INSTANCE}/bulkdata/{{value:path}}", opt=_OPT)
    async def bulk_data(request: AnyRequest) -> ASGIApp:
        """One value of an instance."""
        return await edge.read(_bulk, edge, request)

    return [bulk_data]


def _bulk(edge: Edge, request: AnyRequest) -> ASGIApp:
    (instance,) = edge.locate(request)
    path = str(request.path_params["value"]).strip("/")
    value = edge.retrieval.frames.bulk(instance, path)
    etag = etag_of([instance], f"bulk{path}{request.headers.get('accept', '')}")
    headers = {**PRIVATE, "ETag": etag}
    if etag_matches(request.headers.get("if-none-match", ""), etag):
        return not_modified(headers)
    if value.tag in PIXEL_DATA_TAGS and transfer_syntax(instance.transfer_syntax).encapsulated:
        return _frames(edge, request, instance, headers)
    return _value(edge, request, instance, value, headers)


def _frames(edge: Edge, request: AnyRequest, instance: Located, headers: Headers) -> ASGIApp:
    """Encapsulated pixel data frame by frame: as bulk data they have no items (PS3.18 8.7.3.2)."""
    table = edge.retrieval.frames.table(instance)
    count = 1 if table.video else len(table)
    form = form_of(edge, instance, accepted(request), alone=count == 1)
    if not form.multipart:
        return Whole(frame_of(edge, instance, 1, form.syntax), {**headers, "Content-Type": form.content_type})
    related = Related(form.media_type)

    def pieces() -> Iterator[bytes]:
        for number in range(1, count + 1):
            yield related.head(form.content_type)
            yield frame_of(edge, instance, number, form.syntax)
            yield related.TAIL
        yield related.end

    return Pieces(pieces(), {**headers, "Content-Type": related.content_type}, edge.readers)


def _value(edge: Edge, request: AnyRequest, instance: Located, value: BulkData, headers: Headers) -> ASGIApp:
    """A value's bytes, little endian (PS3.18 8.7.3.2)."""
    is_pdf = value.tag == _ENCAPSULATED_DOCUMENT and instance.sop_class == PDF_STORAGE
    offer = choose(accepted(request), _OFFERS_OF_PDF if is_pdf else _OFFERS).offer
    if offer.multipart:
        related = Related(offer.name)
        head, end = related.head(offer.name, request.scope["path"]), related.TAIL + related.end
        pieces = (piece for some in ([head], _bytes(edge, instance, value, 0, value.length), [end]) for piece in some)
        headers = {**headers, "Content-Type": related.content_type}
        return Pieces(pieces, headers, edge.readers, len(head) + value.length + len(end))
    given = request.headers
    span = span_of(given.get("range", ""), given.get("if-range", ""), headers["ETag"], value.length)
    headers = {**headers, "Content-Type": offer.name, **span.headers()}
    return Pieces(_bytes(edge, instance, value, span.offset, span.length), headers, edge.readers, span.length, span.status)


def _bytes(edge: Edge, instance: Located, value: BulkData, offset: int, length: int) -> Iterator[bytes]:
    if value.data is not None:
        yield value.data[offset : offset + length]
        return
    yield from edge.archive.reader.stream(instance, value.offset + offset, length, _PIECE)
