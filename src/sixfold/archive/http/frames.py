"""Frames (PS3.18 10.4.1.1.6): as stored, as native bytes, or in a compressed form that the client asks for."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from litestar import get
from litestar.types import ASGIApp

from sixfold.archive.http.edge import INSTANCE, AnyRequest, Edge, accepted, decoding, reads
from sixfold.archive.http.negotiation import ANY_SYNTAX, OCTETS, Choice, MediaType, NotAcceptable, Offer, choices
from sixfold.archive.http.sending import PRIVATE, Held, Pieces, Whole, etag_matches, etag_of, not_modified
from sixfold.archive.http.viewing import BadParameter
from sixfold.archive.model import Located
from sixfold.archive.service.frames import NoSuchFrame
from sixfold.archive.service.metadata import instance_path
from sixfold.archive.service.multipart import Related
from sixfold.dicom.uids import EXPLICIT_LE, transfer_syntax

_JPEG = "1.2.840.10008.1.2.4."

# PS3.18 tables 8.7.3-4 and 8.7.3-5: the transfer syntaxes of each media type, its default first.
MEDIA_TYPES: Final[dict[str, tuple[str, ...]]] = {
    OCTETS: (EXPLICIT_LE.uid,),
    "image/jpeg": (_JPEG + "70", _JPEG + "50", _JPEG + "51", _JPEG + "57"),
    "image/jls": (_JPEG + "80", _JPEG + "81"),
    "image/jp2": (_JPEG + "90", _JPEG + "91"),
    "image/jpx": (_JPEG + "92", _JPEG + "93"),
    "image/jphc": (_JPEG + "201", _JPEG + "202", _JPEG + "203"),
    "image/jxl": (_JPEG + "110", _JPEG + "111", _JPEG + "112"),
    "image/dicom-rle": ("1.2.840.10008.1.2.5",),
    "video/mpeg": (_JPEG + "100", _JPEG + "101", _JPEG + "100.1", _JPEG + "101.1"),
    "video/mp4": (
        *(f"{_JPEG}{number}{part}" for number in (102, 103, 104, 105, 106) for part in ("", ".1")),
        _JPEG + "107",
        _JPEG + "108",
    ),
}
MEDIA_TYPE_OF: Final = {syntax: name for name, syntaxes in MEDIA_TYPES.items() for syntax in syntaxes}

_PARTS = tuple(Offer(name, multipart=True) for name in MEDIA_TYPES)
_SINGLE = tuple(Offer(name) for name in MEDIA_TYPES)
_OPT = reads(*_PARTS, *_SINGLE)
_MOST_FRAMES = 10_000
_LONGEST_NUMBER = 9


class Form(msgspec.Struct, frozen=True):
    """How frames are given: alone or as parts, and under which media type and transfer syntax."""

    multipart: bool
    media_type: str
    syntax: str

    @property
    def content_type(self) -> str:
        """The Content-Type of a frame."""
        return f"{self.media_type}; transfer-syntax={self.syntax}"


def frame_handlers(edge: Edge) -> list[Any]:
    """The route of frames."""

    @get(f"{INSTANCE}/frames/{{frames:str}}", opt=_OPT)
    async def some_frames(request: AnyRequest) -> ASGIApp:
        """Frames of an instance."""
        return await edge.read(_frames, edge, request)

    return [some_frames]


def frame_numbers(text: str) -> list[int]:
    """Frame numbers from 1, joined by commas (PS3.18 10.1.5); raises `BadParameter`."""
    parts = text.split(",")
    if len(parts) > _MOST_FRAMES or not all(_is_number(part) for part in parts):
        raise BadParameter(f"frames are numbers from 1, joined by commas, not '{text[:60]}'")
    return [int(part) for part in parts]


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) <= _LONGEST_NUMBER and int(part) > 0


def _frames(edge: Edge, request: AnyRequest) -> ASGIApp:
    numbers = frame_numbers(request.path_params["frames"])
    (instance,) = edge.locate(request)
    _check_numbers(edge, instance, numbers)
    failed: NotAcceptable | None = None
    for form in forms_of(edge, instance, accepted(request), alone=len(numbers) == 1):
        try:
            return _given(edge, request, instance, numbers, form)
        except NotAcceptable as error:  # these very pixels do not bear it: what the client wants next may do
            failed = failed or error
    raise failed or _nowhere(instance)


def _given(edge: Edge, request: AnyRequest, instance: Located, numbers: Sequence[int], form: Form) -> ASGIApp:
    """The frames in a form; raises `NotAcceptable` where a frame that is asked for alone does not bear it."""
    etag = etag_of([instance], f"{numbers}{form}")
    headers = {**PRIVATE, "ETag": etag}
    if etag_matches(request.headers.get("if-none-match", ""), etag):
        return not_modified(headers)
    if not form.multipart:
        body = frame_of(edge, instance, numbers[0], form.syntax)
        return Whole(body, {**headers, "Content-Type": form.content_type})
    related = Related(form.media_type)
    headers["Content-Type"] = related.content_type
    pieces = _parts(edge, instance, numbers, form, related)
    if len(numbers) == 1:
        return Held(tuple(pieces), headers)
    return Pieces(pieces, headers, edge.readers)


def _check_numbers(edge: Edge, instance: Located, numbers: Sequence[int]) -> None:
    count = len(edge.retrieval.frames.table(instance))
    if max(numbers) > count:
        raise NoSuchFrame(f"there is no frame {max(numbers)}: instance {instance.sop_uid} has {count}")


def _parts(edge: Edge, instance: Located, numbers: Sequence[int], form: Form, related: Related) -> Iterator[bytes]:
    path = instance_path(instance, edge.root)
    for number in numbers:
        yield related.head(form.content_type, f"{path}/frames/{number}")
        yield frame_of(edge, instance, number, form.syntax)
        yield related.TAIL
    yield related.end


def frame_of(edge: Edge, instance: Located, number: int, syntax: str) -> bytes:
    """One frame in a transfer syntax; raises `NotAcceptable` when its pixels do not bear the change."""
    with decoding(instance):
        return edge.retrieval.transcoder.frame(instance, number, syntax)


def form_of(edge: Edge, instance: Located, ranges: Sequence[MediaType], *, alone: bool) -> Form:
    """The best form in which the client and the frames meet; raises `NotAcceptable`."""
    for form in forms_of(edge, instance, ranges, alone=alone):
        return form
    raise _nowhere(instance)


def _nowhere(instance: Located) -> NotAcceptable:
    return NotAcceptable(f"these frames cannot be had in that form; they are stored in {instance.transfer_syntax}")


def forms_of(edge: Edge, instance: Located, ranges: Sequence[MediaType], *, alone: bool) -> Iterator[Form]:
    """The forms in which the client and the frames meet, best first, as far as the kind of the frames tells."""
    can_give = edge.retrieval.transcoder.can_give_frames
    for choice in choices(ranges, (*_PARTS, *_SINGLE) if alone else _PARTS):
        for syntax in _candidates(choice, _stored(instance)):
            if can_give(instance, syntax):
                yield Form(choice.offer.multipart, _media_type(choice, syntax), syntax)


def _stored(instance: Located) -> str:
    """The transfer syntax of the frames as they are stored; native ones are told as Explicit VR Little Endian, since the other
    native syntaxes shall not be used here (PS3.18 8.7.3) and little endian frames are alike in all of them.
    """
    return instance.transfer_syntax if transfer_syntax(instance.transfer_syntax).encapsulated else EXPLICIT_LE.uid


def _candidates(choice: Choice, stored: str) -> Sequence[str]:
    """The transfer syntaxes that a choice allows, best first (PS3.18 8.7.3.5).

    Without a wish the default of the media type comes first, unless the pixels are stored in another syntax of that very type:
    then decoding and coding them once more would gain nothing. Any syntax (`*`) means the stored one, whatever the type.
    """
    ours = MEDIA_TYPES[choice.offer.name]
    if choice.syntax == ANY_SYNTAX:
        fits = choice.offer.name == OCTETS or stored in ours
        return (stored, *ours) if fits else ours
    if choice.syntax:
        return (choice.syntax,) if choice.offer.name == OCTETS or choice.syntax in ours else ()
    return (stored, *ours) if stored in ours else ours


def _media_type(choice: Choice, syntax: str) -> str:
    """The type that the client named; where it named none, that of the transfer syntax."""
    return MEDIA_TYPE_OF.get(syntax, OCTETS) if choice.wildcard else choice.offer.name
