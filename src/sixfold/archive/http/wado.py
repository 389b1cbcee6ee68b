"""WADO-RS of whole instances (PS3.18 10.4.1.1.1): a study, a series or one instance as parts, a file or a ZIP."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from litestar import get
from litestar.types import ASGIApp

from sixfold.archive.http.archives import zipped
from sixfold.archive.http.edge import INSTANCE, SERIES, STUDY, AnyRequest, Edge, accepted, decoding, reads
from sixfold.archive.http.negotiation import ANY_SYNTAX, DICOM, ZIP, Choice, MediaType, NotAcceptable, Offer, choices
from sixfold.archive.http.ranges import span_of
from sixfold.archive.http.sending import PRIVATE, Headers, Pieces, etag_matches, etag_of, not_modified
from sixfold.archive.model import Located
from sixfold.archive.service.metadata import instance_path
from sixfold.archive.service.multipart import Related
from sixfold.dicom import part10
from sixfold.kernel.errors import Damaged, NotFound, Unavailable
from sixfold.kernel.logs import logger

FILE = Offer(DICOM)
_OFFERS = (Offer(DICOM, multipart=True), Offer(ZIP))
_OFFERS_OF_ONE = (Offer(DICOM, multipart=True), FILE, Offer(ZIP))
_OPT = reads(*_OFFERS_OF_ONE)
_PIECE = 1 << 20


class Given(msgspec.Struct, frozen=True):
    """An instance and the transfer syntax in which it is given."""

    instance: Located
    syntax: str

    @property
    def is_stored(self) -> bool:
        """Whether the file is given byte for byte."""
        return self.syntax == self.instance.transfer_syntax


def instance_handlers(edge: Edge) -> list[Any]:
    """The routes of studies, series and instances."""

    @get(STUDY, opt=_OPT)
    async def study_instances(request: AnyRequest) -> ASGIApp:
        """Every instance of a study."""
        return await edge.read(_retrieve, edge, request)

    @get(SERIES, opt=_OPT)
    async def series_instances(request: AnyRequest) -> ASGIApp:
        """Every instance of a series."""
        return await edge.read(_retrieve, edge, request)

    @get(INSTANCE, opt=_OPT)
    async def one_instance(request: AnyRequest) -> ASGIApp:
        """One instance."""
        return await edge.read(_retrieve, edge, request)

    return [study_instances, series_instances, one_instance]


def _retrieve(edge: Edge, request: AnyRequest) -> ASGIApp:
    found = edge.locate(request)
    choice, given = negotiated(edge, accepted(request), found)
    etag = etag_of(found, f"{choice.offer}{[item.syntax for item in given]}")
    headers = {**PRIVATE, "ETag": etag}
    if etag_matches(request.headers.get("if-none-match", ""), etag):
        return not_modified(headers)
    if choice.offer == FILE:
        return as_file(edge, request, given[0], headers)
    there = _readable(edge, given)
    if len(there) < len(found):
        headers["Warning"] = f'299 sixfold "{len(found) - len(there)} of {len(found)} instances cannot be given"'
    # PS3.18 table 10.4.3-1: 206 tells that some, but not all, instances are in the answer.
    status = 200 if len(there) == len(found) else 206
    return _as_zip(edge, there, headers, status) if choice.offer.name == ZIP else _as_parts(edge, there, headers, status)


def negotiated(edge: Edge, ranges: Sequence[MediaType], found: Sequence[Located]) -> tuple[Choice, list[Given]]:
    """The best form in which all instances can be had, else the one in which most can; raises `NotAcceptable`."""
    best: tuple[Choice, list[Given]] | None = None
    for choice in choices(ranges, _OFFERS_OF_ONE if len(found) == 1 else _OFFERS):
        # The rule of the default syntax is one of the DICOM media types: a ZIP is a download, of files as they are.
        wanted = ANY_SYNTAX if choice.offer.name == ZIP and not choice.syntax else choice.syntax
        given = [Given(item, syntax) for item in found if (syntax := _syntax(edge, item, wanted))]
        if len(given) == len(found):
            return choice, given
        if len(given) > (len(best[1]) if best else 0):
            best = choice, given
    if best is None:
        stored = ", ".join(sorted({item.transfer_syntax for item in found}))
        raise NotAcceptable(f"nothing of it can be had in that transfer syntax; it is stored in {stored}")
    return best


def _syntax(edge: Edge, instance: Located, wanted: str) -> str:
    """The transfer syntax in which the instance answers the wish, empty when it cannot (PS3.18 8.7.3.5)."""
    if wanted == ANY_SYNTAX:
        return instance.transfer_syntax
    transcoding = edge.retrieval.transcoding
    if not wanted:
        return transcoding.default(instance)
    return wanted if transcoding.can_give(instance, wanted) else ""


def _readable(edge: Edge, given: Sequence[Given]) -> list[Given]:
    """Those whose bytes are there; where a container answers for its last byte, all its instances are taken as there."""
    last: dict[int, Given] = {}
    for item in given:
        place = item.instance.place
        known = last.get(place.container)
        if known is None or place.offset > known.instance.place.offset:
            last[place.container] = item
    doubtful = {container for container, item in last.items() if not _is_there(edge, item)}
    there = [item for item in given if item.instance.place.container not in doubtful or _is_there(edge, item)]
    if not there:
        raise Damaged("none of these instances can be read: tell an administrator")
    return there


def _is_there(edge: Edge, item: Given) -> bool:
    try:
        edge.archive.reader.read(item.instance, item.instance.place.length - 1, 1)
    except (NotFound, Damaged, Unavailable):
        return False
    return True


def as_file(edge: Edge, request: AnyRequest, item: Given, headers: Headers) -> ASGIApp:
    """One instance as a Part 10 file, or a range of its bytes if it is given as stored."""
    instance = item.instance
    headers = {**headers, "Content-Type": DICOM}
    if not item.is_stored:
        return Pieces(_part10(edge, item), headers, edge.readers)
    given = request.headers
    span = span_of(given.get("range", ""), given.get("if-range", ""), headers["ETag"], instance.place.length)
    pieces = edge.archive.reader.stream(instance, span.offset, span.length, _PIECE)
    return Pieces(pieces, {**headers, **span.headers()}, edge.readers, span.length, span.status)


def _as_parts(edge: Edge, given: Sequence[Given], headers: Headers, status: int) -> ASGIApp:
    related = Related(DICOM)
    heads = [_head(edge, related, item.instance, item.syntax) for item in given]

    def pieces() -> Iterator[bytes]:
        for item, head in zip(given, heads, strict=True):
            yield from _part(edge, related, item, head)
            yield related.TAIL
        yield related.end

    length = -1
    if all(item.is_stored for item in given):
        files = sum(item.instance.place.length + len(related.TAIL) for item in given)
        length = files + sum(map(len, heads)) + len(related.end)
    headers = {**headers, "Content-Type": related.content_type}
    return Pieces(pieces(), headers, edge.readers, length, status)


def _head(edge: Edge, related: Related, instance: Located, syntax: str) -> bytes:
    return related.head(f"{DICOM}; transfer-syntax={syntax}", instance_path(instance, edge.root))


def _part(edge: Edge, related: Related, item: Given, head: bytes) -> Iterator[bytes]:
    """One part; an instance whose pixels turn out not to bear the change is given as it is stored, and says so."""
    pieces = _part10(edge, item)
    try:
        first = next(pieces)
    except NotAcceptable as refusal:
        fields = {"instance": item.instance.sop_uid, "wanted": item.syntax, "reason": str(refusal)}
        logger("http").warning("an instance is given as it is stored", extra=fields)
        stored = Given(item.instance, item.instance.transfer_syntax)
        yield _head(edge, related, item.instance, stored.syntax)
        yield from _part10(edge, stored)
        return
    yield head
    yield first
    yield from pieces


def _as_zip(edge: Edge, given: Sequence[Given], headers: Headers, status: int) -> ASGIApp:
    entries = ((_name(item.instance), _part10(edge, item)) for item in given)
    name = f'attachment; filename="{given[0].instance.study_uid}.zip"'
    headers = {**headers, "Content-Type": ZIP, "Content-Disposition": name}
    return Pieces(zipped(entries), headers, edge.readers, -1, status)


def _name(instance: Located) -> str:
    return f"{instance.study_uid}/{instance.series_uid}/{instance.sop_uid}.dcm"


def _part10(edge: Edge, item: Given) -> Iterator[bytes]:
    """The file in the transfer syntax in which it is given."""
    if item.is_stored:
        yield from edge.archive.reader.stream(item.instance, chunk=_PIECE)
        return
    with decoding(item.instance):
        pieces = edge.retrieval.transcoding.data_set(item.instance, item.syntax)
        first = next(pieces)
        yield part10.file_meta_bytes(item.instance.sop_class, item.instance.sop_uid, item.syntax) + first
        yield from pieces
