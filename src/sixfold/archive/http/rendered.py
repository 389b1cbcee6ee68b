"""Rendered resources and thumbnails (PS3.18 10.4.1.1.3, 10.4.1.1.4) of studies, series, instances and frames."""

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import get
from litestar.types import ASGIApp

from sixfold.archive.http.edge import INSTANCE, LEVELS, AnyRequest, Edge, accepted, reads
from sixfold.archive.http.frames import frame_numbers
from sixfold.archive.http.negotiation import Offer, choose
from sixfold.archive.http.ranges import span_of
from sixfold.archive.http.sending import PRIVATE, Headers, Pieces, Whole, etag_matches, etag_of, not_modified
from sixfold.archive.http.viewing import NOT_DONE, options_of, unheeded
from sixfold.archive.model import Located
from sixfold.archive.service.multipart import Related
from sixfold.archive.service.rendering import has_pixels, middle_frame, pictured, representative
from sixfold.dicom.render import MEDIA_TYPES, RenderOptions, Viewport
from sixfold.dicom.render.model import THUMBNAIL_SIZE

# The default of PS3.18 table 8.7.4-1 first.
_PICTURES = tuple(Offer(name) for name in sorted(MEDIA_TYPES, key=lambda name: name != "image/jpeg"))
_PARTS = tuple(Offer(offer.name, multipart=True) for offer in _PICTURES)
_OPT = reads(*_PICTURES, *_PARTS)
_FRAMES = f"{INSTANCE}/frames/{{frames:str}}"


def rendered_handlers(edge: Edge) -> list[Any]:
    """The routes of pictures."""

    async def rendered(request: AnyRequest) -> ASGIApp:
        """A study, series or instance as a browser shows it."""
        return await edge.paint(_rendered, edge, request)

    async def thumbnail(request: AnyRequest) -> ASGIApp:
        """A small picture of a study, series or instance."""
        return await edge.paint(_thumbnail, edge, request)

    @get(f"{_FRAMES}/rendered", opt=_OPT)
    async def rendered_frames(request: AnyRequest) -> ASGIApp:
        """Frames as a browser shows them."""
        return await edge.paint(_rendered_frames, edge, request)

    @get(f"{_FRAMES}/thumbnail", opt=_OPT)
    async def frame_thumbnail(request: AnyRequest) -> ASGIApp:
        """A small picture of a frame."""
        return await edge.paint(_thumbnail, edge, request)

    of_rendered = [get(f"{level}/rendered", opt=_OPT)(rendered) for level in LEVELS]
    of_thumbnail = [get(f"{level}/thumbnail", opt=reads(*_PICTURES))(thumbnail) for level in LEVELS]
    return [*of_rendered, *of_thumbnail, rendered_frames, frame_thumbnail]


def _rendered(edge: Edge, request: AnyRequest) -> ASGIApp:
    """One instance, or the one that stands for many; as parts, every frame of every image."""
    found = edge.locate(request)
    instance = representative(found)
    rendering = edge.retrieval.rendering
    own = tuple(Offer(name) for name in rendering.forms(instance))
    pictures = (*_PICTURES, *_PARTS) if has_pixels(instance) or not own else ()  # a browser's frame prefers pictures
    offer = choose(accepted(request), (*own, *pictures)).offer
    headers = _headers(request)
    if offer in own:
        return _as_it_is(edge, request, instance, offer.name, headers)
    options = options_of(request.query_params, offer.name)
    if offer.multipart:
        frames = ((item, number) for item in pictured(found) for number in _numbers_of(edge, item))
        return _as_parts(edge, frames, options, headers)
    return _as_picture(edge, request, instance, 1, options)


def _numbers_of(edge: Edge, instance: Located) -> range:
    return range(1, len(edge.retrieval.frames.table(instance)) + 1)


def _rendered_frames(edge: Edge, request: AnyRequest) -> ASGIApp:
    numbers = frame_numbers(request.path_params["frames"])
    (instance,) = edge.locate(request)
    offer = choose(accepted(request), (*_PICTURES, *_PARTS) if len(numbers) == 1 else _PARTS).offer
    options = options_of(request.query_params, offer.name)
    if offer.multipart:
        return _as_parts(edge, ((instance, number) for number in numbers), options, _headers(request))
    return _as_picture(edge, request, instance, numbers[0], options)


def _thumbnail(edge: Edge, request: AnyRequest) -> ASGIApp:
    instance = representative(edge.locate(request))
    frames = request.path_params.get("frames")
    number = frame_numbers(frames)[0] if frames is not None else middle_frame(instance)
    options = options_of(request.query_params, choose(accepted(request), _PICTURES).offer.name)
    headers = _headers(request)
    if options.viewport is None:
        options = msgspec.structs.replace(options, viewport=Viewport(THUMBNAIL_SIZE, THUMBNAIL_SIZE))
    headers["ETag"] = etag_of([instance], f"thumbnail{number}{options}")
    if etag_matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return not_modified(headers)
    picture = edge.retrieval.rendering.thumbnail(instance, number, options)
    return Whole(picture.data, {**headers, "Content-Type": picture.media_type})


def _as_picture(edge: Edge, request: AnyRequest, instance: Located, number: int, options: RenderOptions) -> ASGIApp:
    headers = {**_headers(request), "ETag": etag_of([instance], f"rendered{number}{options}")}
    if etag_matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return not_modified(headers)
    picture = edge.retrieval.rendering.picture(instance, number, options)
    return Whole(picture.data, {**headers, "Content-Type": picture.media_type})


def _as_it_is(edge: Edge, request: AnyRequest, instance: Located, media_type: str, headers: Headers) -> ASGIApp:
    """A document, page or film; of a film a browser asks ranges."""
    etag = etag_of([instance], f"rendered{media_type}")
    if etag_matches(request.headers.get("if-none-match", ""), etag):
        return not_modified({**headers, "ETag": etag})
    shown = edge.retrieval.rendering.as_it_is(instance, media_type)
    given = request.headers
    span = span_of(given.get("range", ""), given.get("if-range", ""), etag, len(shown.data))
    headers = {**headers, "ETag": etag, "Content-Type": shown.media_type, **span.headers()}
    return Whole(shown.data[span.offset : span.offset + span.length], headers, span.status)


def _as_parts(edge: Edge, frames: Iterator[tuple[Located, int]], options: RenderOptions, headers: Headers) -> ASGIApp:
    related = Related(options.media_type)

    def pieces() -> Iterator[bytes]:
        for instance, number in frames:
            picture = edge.retrieval.rendering.picture(instance, number, options)
            yield related.head(picture.media_type) + picture.data + related.TAIL
        yield related.end

    return Pieces(pieces(), {**headers, "Content-Type": related.content_type}, edge.painters)


def _headers(request: AnyRequest) -> Headers:
    """The headers of every picture, with a warning where a wish is not met (PS3.18 8.3.5.1.1); raises `BadParameter`."""
    return {**PRIVATE, "Warning": f'299 sixfold "{NOT_DONE}"'} if unheeded(request.query_params) else {**PRIVATE}
