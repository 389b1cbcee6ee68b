"""WADO-RS (PS3.18 10.4): instances, metadata, frames, bulk data and pictures, authorised as reads."""

import hashlib
import math
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from litestar import Request, get
from litestar.params import FromPath
from litestar.types import ASGIApp

from sixfold.archive.http.negotiation import ANY_SYNTAX, DICOM, DICOM_JSON, JSON, OCTETS, MediaType, Offer, acceptable, choose
from sixfold.archive.http.ranges import span_of
from sixfold.archive.http.sending import PRIVATE, Headers, Pieces, Whole, etag_matches, not_modified
from sixfold.archive.model import Located
from sixfold.archive.service.rendering import Picture, representative
from sixfold.archive.service.retrieval import Retrieval
from sixfold.dicom import part10
from sixfold.dicom.image import Window
from sixfold.dicom.render import RenderOptions, Viewport
from sixfold.dicom.uids import EXPLICIT_LE
from sixfold.governance.http import needs
from sixfold.governance.model import Action, Principal
from sixfold.kernel.errors import InvalidInput

AnyRequest = Request[Principal, Any, Any]

_STUDY = "/studies/{study:str}"
_SERIES = _STUDY + "/series/{series:str}"
_INSTANCE = _SERIES + "/instances/{instance:str}"
_READ = needs(Action.READ)
_INSTANCES = [Offer(DICOM, multipart=True), Offer(DICOM)]
_METADATA = [Offer(DICOM_JSON), Offer(JSON)]
_FRAMES = [Offer(OCTETS, multipart=True), Offer(OCTETS)]
_PICTURES = [Offer("image/jpeg"), Offer("image/png"), Offer("image/webp")]
_PIECE = 1 << 20


class BadParameter(InvalidInput):
    """A query parameter cannot be used."""


class Wado:
    """The handlers' common ground: services, and a pool for reading and for making pictures."""

    def __init__(self, retrieval: Retrieval) -> None:
        self.retrieval = retrieval
        self.pool = ThreadPoolExecutor(8, "wado")

    def instances(self, request: AnyRequest, study: str, series: str = "", instance: str = "") -> ASGIApp:
        """Whole instances (PS3.18 10.4.1.1.1 to 3), as stored or in Explicit VR Little Endian."""
        found = self.retrieval.reader.locate(study, series, instance)
        choice = choose(_accepted(request), _INSTANCES)
        etag = _etag(found, choice.syntax)
        headers = {**PRIVATE, "ETag": etag}
        if etag_matches(request.headers.get("if-none-match", ""), etag):
            return not_modified(headers)
        if not choice.offer.multipart and len(found) == 1:
            return self._single(request, found[0], choice.syntax, headers)
        boundary = secrets.token_hex(16)
        headers["Content-Type"] = f'multipart/related; type="{DICOM}"; boundary={boundary}'
        return Pieces(self._parts(found, choice.syntax, boundary), headers, self.pool)

    def _single(self, request: AnyRequest, instance: Located, wanted: str, headers: Headers) -> ASGIApp:
        syntax = self._syntax(instance, wanted)
        headers = {**headers, "Content-Type": DICOM, "Accept-Ranges": "bytes"}
        if syntax != instance.transfer_syntax:
            return Pieces(self._file(instance, syntax), headers, self.pool)
        given = request.headers
        span = span_of(given.get("range", ""), given.get("if-range", ""), headers["ETag"], instance.place.length)
        pieces = self.retrieval.reader.stream(instance, span.offset, span.length, _PIECE)
        return Pieces(pieces, {**headers, **span.headers()}, self.pool, span.length, span.status)

    def _syntax(self, instance: Located, wanted: str) -> str:
        """The syntax of an answer: the one asked for if it can be had, else as stored (PS3.18 8.7.3.5.2)."""
        if wanted == ANY_SYNTAX:
            return instance.transfer_syntax
        target = wanted or EXPLICIT_LE.uid
        return target if target in self.retrieval.transcoding.targets(instance) else instance.transfer_syntax

    def _parts(self, instances: Sequence[Located], wanted: str, boundary: str) -> Iterator[bytes]:
        for instance in instances:
            syntax = self._syntax(instance, wanted)
            head = f"--{boundary}\r\nContent-Type: {DICOM}; transfer-syntax={syntax}\r\n\r\n".encode()
            for piece in self._file(instance, syntax):
                yield head + piece
                head = b""
            yield b"\r\n"
        yield f"--{boundary}--\r\n".encode()

    def _file(self, instance: Located, syntax: str) -> Iterator[bytes]:
        if syntax == instance.transfer_syntax:
            yield from self.retrieval.reader.stream(instance, chunk=_PIECE)
            return
        yield part10.file_meta_bytes(instance.sop_class, instance.sop_uid, syntax)
        yield from self.retrieval.transcoding.data_set(instance, syntax)

    def metadata(self, request: AnyRequest, study: str, series: str = "", instance: str = "") -> ASGIApp:
        """The DICOM JSON array (PS3.18 10.4.1.1.2), as sealed where client and seal allow."""
        found = self.retrieval.reader.locate(study, series, instance)
        media_type = choose(_accepted(request), _METADATA).offer.name
        etag = _etag(found, "metadata")
        headers = {**PRIVATE, "ETag": etag, "Content-Type": media_type}
        if etag_matches(request.headers.get("if-none-match", ""), etag):
            return not_modified(headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            stream = self.retrieval.metadata.gzip(found)
            if stream is not None:
                return Whole(stream, {**headers, "Content-Encoding": "gzip"})
        return Whole(self.retrieval.metadata.array(found), headers)

    def frames(self, request: AnyRequest, instance: Located, numbers: Sequence[int]) -> ASGIApp:
        """Frames by number from 1, in the order asked for (PS3.18 10.4.1.1.6)."""
        choice = choose(_accepted(request), _FRAMES)
        syntax = choice.syntax or EXPLICIT_LE.uid
        if syntax == ANY_SYNTAX or not self.retrieval.transcoder.can_give_frames(instance, syntax):
            syntax = instance.transfer_syntax
        headers = {**PRIVATE, "ETag": _etag([instance], f"{numbers}{syntax}")}
        if not choice.offer.multipart and len(numbers) == 1:
            body = self.retrieval.transcoder.frame(instance, numbers[0], syntax)
            return Whole(body, {**headers, "Content-Type": f"{OCTETS}; transfer-syntax={syntax}"})
        boundary = secrets.token_hex(16)
        head = f"--{boundary}\r\nContent-Type: {OCTETS}; transfer-syntax={syntax}\r\n\r\n".encode()
        frames = [self.retrieval.transcoder.frame(instance, number, syntax) for number in numbers]
        body = b"".join(piece for frame in frames for piece in (head, frame, b"\r\n")) + f"--{boundary}--\r\n".encode()
        return Whole(body, {**headers, "Content-Type": f'multipart/related; type="{OCTETS}"; boundary={boundary}'})

    def bulk(self, request: AnyRequest, instance: Located, path: str) -> ASGIApp:
        """A value by its path (PS3.18 10.4.1.1.5), whole or a range of it."""
        frames = self.retrieval.frames
        value = frames.bulk(instance, path)
        span = span_of(request.headers.get("range", ""), "", "", value.length)
        headers = {**PRIVATE, "Content-Type": OCTETS, **span.headers()}
        data = frames.held(instance, value)
        return Whole(data[span.offset : span.offset + span.length], headers, span.status)

    def picture(self, request: AnyRequest, found: Sequence[Located], frame: int = 0) -> ASGIApp:
        """A picture of one instance, or of the one that stands for many (PS3.18 10.4.1.1.4)."""
        instance = found[0] if len(found) == 1 else representative(found)
        rendering = self.retrieval.rendering
        ready = rendering.as_it_is(instance) if not frame else None
        if ready is not None:
            return _shown(request, _etag([instance], "as it is"), lambda: ready)
        options = _options(request)
        return _shown(request, _etag([instance], f"{frame}{options}"), lambda: rendering.picture(instance, frame or 1, options))

    def thumbnail(self, request: AnyRequest, found: Sequence[Located]) -> ASGIApp:
        """A small picture; 128 pixels unless `viewport` says otherwise."""
        instance = found[0] if len(found) == 1 else representative(found)
        options = _options(request)
        if options.viewport is None:
            options = msgspec.structs.replace(options, viewport=Viewport(128, 128))
        etag = _etag([instance], f"thumbnail{options}")
        return _shown(request, etag, lambda: self.retrieval.rendering.thumbnail(instance, options))


def _accepted(request: AnyRequest) -> list[MediaType]:
    return acceptable(request.headers.get("accept", ""), request.query_params.get("accept", ""))


def _etag(instances: Sequence[Located], form: str) -> str:
    digest = hashlib.sha256(form.encode())
    for instance in instances:
        digest.update(instance.digest)
    return f'"{digest.hexdigest()[:32]}"'


def _shown(request: AnyRequest, etag: str, make: Callable[[], Picture]) -> ASGIApp:
    """The picture, which is made only if the client has not this one already."""
    headers = {**PRIVATE, "ETag": etag}
    if etag_matches(request.headers.get("if-none-match", ""), etag):
        return not_modified(headers)
    picture = make()
    return Whole(picture.data, {**headers, "Content-Type": picture.media_type})


def _options(request: AnyRequest) -> RenderOptions:
    """The rendering parameters of PS3.18 8.3.5; raises `BadParameter`."""
    query = request.query_params
    media_type = choose(_accepted(request), _PICTURES).offer.name
    quality = query.get("quality", "90")
    if not _is_whole(quality) or not 1 <= int(quality) <= 100:
        raise BadParameter(f"quality is a whole number from 1 to 100, not '{quality[:40]}'")
    return RenderOptions(media_type, int(quality), _window(query.get("window", "")), _viewport(query.get("viewport", "")))


def _window(text: str) -> Window | None:
    """`center,width,function` (PS3.18 8.3.5.1.4)."""
    if not text:
        return None
    parts = text.split(",")
    functions = {"linear": "LINEAR", "linear-exact": "LINEAR_EXACT", "sigmoid": "SIGMOID"}
    function = functions.get(parts[2].strip().lower()) if len(parts) == 3 else "LINEAR"
    numbers = _numbers(parts[:2])
    if not 2 <= len(parts) <= 3 or len(numbers) != 2 or function is None or numbers[1] <= 0:
        raise BadParameter(f"window is center,width,function, not '{text[:60]}'")
    return Window(numbers[0], numbers[1], function)


def _viewport(text: str) -> Viewport | None:
    """`width,height` or `width,height,x,y,width,height` (PS3.18 8.3.5.1.3)."""
    if not text:
        return None
    numbers = _numbers(text.split(","))
    if len(numbers) not in (2, 6) or not all(1 <= number <= 16384 for number in numbers[:2]):
        raise BadParameter(f"viewport is width,height with an optional x,y,width,height, not '{text[:60]}'")
    source = (numbers[2], numbers[3], numbers[4], numbers[5]) if len(numbers) == 6 else None
    return Viewport(int(numbers[0]), int(numbers[1]), source)


def _numbers(parts: Sequence[str]) -> list[float]:
    """The finite numbers that the parts are; none when one of them is no such number."""
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return []
    return numbers if all(map(math.isfinite, numbers)) else []


def _is_whole(text: str) -> bool:
    """Whether it is a whole number in ASCII digits, of a length that nobody chokes on."""
    return text.isascii() and text.isdigit() and len(text) < 10


def frame_numbers(text: str) -> list[int]:
    """Frame numbers from 1, joined by commas; raises `BadParameter`."""
    parts = text.split(",")
    if len(parts) > 10_000 or not all(_is_whole(part) and int(part) > 0 for part in parts):
        raise BadParameter(f"frames are numbers from 1, joined by commas, not '{text[:60]}'")
    return [int(part) for part in parts]


def wado_handlers(retrieval: Retrieval) -> list[Any]:
    """The routes of WADO-RS, relative to `/dicomweb`."""
    wado = Wado(retrieval)
    locate = retrieval.reader.locate

    @get(_STUDY, opt=_READ, sync_to_thread=True)
    def study_instances(request: AnyRequest, study: FromPath[str]) -> ASGIApp:
        """Every instance of a study."""
        return wado.instances(request, study)

    @get(_SERIES, opt=_READ, sync_to_thread=True)
    def series_instances(request: AnyRequest, study: FromPath[str], series: FromPath[str]) -> ASGIApp:
        """Every instance of a series."""
        return wado.instances(request, study, series)

    @get(_INSTANCE, opt=_READ, sync_to_thread=True)
    def one_instance(request: AnyRequest, study: FromPath[str], series: FromPath[str], instance: FromPath[str]) -> ASGIApp:
        """One instance."""
        return wado.instances(request, study, series, instance)

    @get(_STUDY + "/metadata", opt=_READ, sync_to_thread=True)
    def study_metadata(request: AnyRequest, study: FromPath[str]) -> ASGIApp:
        """Metadata of a study."""
        return wado.metadata(request, study)

    @get(_SERIES + "/metadata", opt=_READ, sync_to_thread=True)
    def series_metadata(request: AnyRequest, study: FromPath[str], series: FromPath[str]) -> ASGIApp:
        """Metadata of a series."""
        return wado.metadata(request, study, series)

    @get(_INSTANCE + "/metadata", opt=_READ, sync_to_thread=True)
    def instance_metadata(request: AnyRequest, study: FromPath[str], series: FromPath[str], instance: FromPath[str]) -> ASGIApp:
        """Metadata of an instance."""
        return wado.metadata(request, study, series, instance)

    @get(_INSTANCE + "/frames/{frames:str}", opt=_READ, sync_to_thread=True)
    def some_frames(
        request: AnyRequest,
        study: FromPath[str],
        series: FromPath[str],
        instance: FromPath[str],
        frames: FromPath[str],
    ) -> ASGIApp:
        """Frames of an instance."""
        return wado.frames(request, locate(study, series, instance)[0], frame_numbers(frames))

    @get(_INSTANCE + "/bulkdata/{value:path}", opt=_READ, sync_to_thread=True)
    def bulk_data(
        request: AnyRequest,
        study: FromPath[str],
        series: FromPath[str],
        instance: FromPath[str],
        value: FromPath[str],
    ) -> ASGIApp:
        """One value of an instance."""
        return wado.bulk(request, locate(study, series, instance)[0], str(value).strip("/"))

    routes = [study_instances, series_instances, one_instance, study_metadata, series_metadata, instance_metadata]
    return [*routes, some_frames, bulk_data, *_picture_handlers(wado)]


def _picture_handlers(wado: Wado) -> list[Any]:
    locate = wado.retrieval.reader.locate

    def rendered(request: AnyRequest) -> ASGIApp:
        """A picture of a study, series or instance."""
        return wado.picture(request, locate(*_uids(request)))

    @get(_INSTANCE + "/frames/{frames:str}/rendered", opt=_READ, sync_to_thread=True)
    def rendered_frame(request: AnyRequest, frames: FromPath[str]) -> ASGIApp:
        """A picture of a frame."""
        return wado.picture(request, locate(*_uids(request)), frame_numbers(frames)[0])

    def thumbnail(request: AnyRequest) -> ASGIApp:
        """A small picture of a study, series or instance."""
        return wado.thumbnail(request, locate(*_uids(request)))

    levels = (_STUDY, _SERIES, _INSTANCE)
    of_rendered = [get(f"{level}/rendered", opt=_READ, sync_to_thread=True)(rendered) for level in levels]
    of_thumbnail = [get(f"{level}/thumbnail", opt=_READ, sync_to_thread=True)(thumbnail) for level in levels]
    return [*of_rendered, rendered_frame, *of_thumbnail]


def _uids(request: AnyRequest) -> list[str]:
    path = request.path_params
    return [path[name] for name in ("study", "series", "instance") if name in path]
