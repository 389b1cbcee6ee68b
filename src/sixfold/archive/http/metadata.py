"""Metadata of a study, a series or an instance (PS3.18 10.4.1.1.2): JSON as the seal kept it, or XML."""

from typing import Any

import orjson
from litestar import get
from litestar.types import ASGIApp

from sixfold.archive.http.edge import LEVELS, AnyRequest, Edge, accepted, reads
from sixfold.archive.http.negotiation import DICOM_JSON, DICOM_XML, JSON, Offer, choose
from sixfold.archive.http.sending import PRIVATE, Headers, Pieces, Whole, etag_matches, etag_of, not_modified
from sixfold.archive.model import Located
from sixfold.archive.service.multipart import Related
from sixfold.dicom.xml import native_xml

_OFFERS = (Offer(DICOM_JSON), Offer(JSON), Offer(DICOM_XML, multipart=True))
_OPT = reads(*_OFFERS)


def metadata_handlers(edge: Edge) -> list[Any]:
    """The routes of metadata."""

    async def metadata(request: AnyRequest) -> ASGIApp:
        """Metadata of a study, series or instance."""
        return await edge.read(_metadata, edge, request)

    return [get(f"{level}/metadata", opt=_OPT)(metadata) for level in LEVELS]


def _metadata(edge: Edge, request: AnyRequest) -> ASGIApp:
    found = edge.locate(request)
    form = choose(accepted(request), _OFFERS).offer
    coded = form.name != DICOM_XML and takes_gzip(request.headers.get("accept-encoding", ""))
    etag = etag_of(found, f"metadata{form}{coded}")
    headers = {**PRIVATE, "ETag": etag, "Content-Type": form.name}
    if etag_matches(request.headers.get("if-none-match", ""), etag):
        return not_modified(headers)
    if form.name == DICOM_XML:
        return _as_xml(edge, found, headers)
    stream = edge.retrieval.metadata.gzip(found) if coded else None
    if stream is not None:
        return Whole(stream, {**headers, "Content-Encoding": "gzip"})
    return Whole(edge.retrieval.metadata.array(found), headers)


def takes_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding field allows gzip (RFC 9110 12.5.3)."""
    for coding in accept_encoding.lower().split(","):
        name, _, parameter = coding.partition(";")
        if name.strip() in ("gzip", "x-gzip", "*"):
            return parameter.replace(" ", "").rstrip("0.") != "q="
    return False


def _as_xml(edge: Edge, found: list[Located], headers: Headers) -> ASGIApp:
    """One part for each instance (PS3.18 8.7.3.1, PS3.19 A.1)."""
    related = Related(DICOM_XML)
    metadata = edge.retrieval.metadata

    def pieces() -> Any:
        for instance in found:
            yield related.head(DICOM_XML) + native_xml(orjson.loads(metadata.object(instance))) + related.TAIL
        yield related.end

    headers = {**headers, "Content-Type": related.content_type}
    return Pieces(pieces(), headers, edge.readers)
