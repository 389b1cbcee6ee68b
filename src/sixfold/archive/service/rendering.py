"""Rendered instances (PS3.18 10.4.1.1.3): a frame as a picture, a report as a page, a document or film handed through."""

from collections.abc import Sequence

import msgspec
import orjson

from sixfold.archive.model import Located
from sixfold.archive.service.cache import Cache
from sixfold.archive.service.frames import FrameService
from sixfold.archive.service.metadata import MetadataService
from sixfold.archive.service.reports import page_of
from sixfold.archive.service.shelf import KEPT, Shelf
from sixfold.dicom.codecs import decode_frame
from sixfold.dicom.render import RenderOptions, render
from sixfold.dicom.uids import transfer_syntax
from sixfold.kernel.errors import NotFound

PDF = "application/pdf"
HTML = "text/html"
PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1"

_PICTURES = 32 << 20
_ENCAPSULATED_DOCUMENT = "00420011"
_REPORTS = "1.2.840.10008.5.1.4.1.1.88."  # PS3.4 B.5: the structured reports
_MP4_BOX = b"ftyp"


class NoPicture(NotFound):
    """None of the instances holds pixels."""


class Picture(msgspec.Struct, frozen=True):
    """Bytes for a browser, and their media type."""

    media_type: str
    data: bytes


class Rendering:
    """Makes pictures and pages; small pictures are remembered. Thread-safe."""

    def __init__(self, metadata: MetadataService, frames: FrameService, shelf: Shelf) -> None:
        self._metadata = metadata
        self._frames = frames
        self._shelf = shelf
        self._small: Cache[Picture] = Cache(_PICTURES, lambda picture: len(picture.data) + 128)

    def picture(self, instance: Located, frame: int, options: RenderOptions) -> Picture:
        """Frame `frame`, counted from 1, as a picture; raises `NoSuchFrame`, `NotAnImage`, `Undecodable`, `NotRenderable`."""
        syntax = transfer_syntax(instance.transfer_syntax)
        image = self._frames.image(instance)
        stored = self._frames.stored(instance, frame)
        decoded = decode_frame(stored, image, syntax, rgb=True, index=frame - 1)
        chosen = msgspec.structs.replace(options, frame=frame - 1)
        return Picture(options.media_type, render(decoded, image, chosen))

    def thumbnail(self, instance: Located, frame: int, options: RenderOptions) -> Picture:
        """A small picture of a frame, as the seal kept it or made now; remembered."""
        key = instance.instance_id, instance.digest, frame, options
        return self._small.get(key, lambda: self._kept(instance, frame, options) or self.picture(instance, frame, options))

    def _kept(self, instance: Located, frame: int, options: RenderOptions) -> Picture | None:
        if options != KEPT or frame != middle_frame(instance):
            return None
        data = self._shelf.find(instance)
        return Picture(options.media_type, data) if data is not None else None

    def forms(self, instance: Located) -> tuple[str, ...]:
        """The media types besides pictures in which an instance can be shown, best first."""
        if instance.sop_class == PDF_STORAGE:
            return (PDF,)
        if instance.sop_class.startswith(_REPORTS):
            return (HTML,)
        if transfer_syntax(instance.transfer_syntax).video:
            return (self._film_type(instance),)
        return ()

    def as_it_is(self, instance: Located, media_type: str) -> Picture:
        """The instance in one of its `forms`."""
        if media_type == PDF:
            value = self._frames.bulk(instance, _ENCAPSULATED_DOCUMENT)
            return Picture(PDF, self._frames.held(instance, value).rstrip(b"\0"))
        if media_type == HTML:
            return Picture("text/html; charset=utf-8", page_of(orjson.loads(self._metadata.object(instance))).encode())
        return Picture(media_type, self._frames.stored(instance, 1))

    def _film_type(self, instance: Located) -> str:
        return "video/mp4" if self._frames.stored(instance, 1)[4:8] == _MP4_BOX else "video/mpeg"


def pictured(instances: Sequence[Located]) -> list[Located]:
    """Those of the instances that hold pixels; raises `NoPicture` when none does."""
    found = [instance for instance in instances if has_pixels(instance)]
    if not found:
        raise NoPicture("there is no picture of this: it holds no pixels")
    return found


def has_pixels(instance: Located) -> bool:
    """Whether the instance has pixel data, or may have it: what is deflated is not looked into."""
    deflated = transfer_syntax(instance.transfer_syntax).deflated
    return deflated or instance.place.pixel_offset < instance.place.length


def representative(instances: Sequence[Located]) -> Located:
    """The instance that stands for many: the middle one of the first series that has pictures."""
    if len(instances) == 1:
        return instances[0]
    found = pictured(instances)
    first = [instance for instance in found if instance.series_uid == found[0].series_uid]
    return first[len(first) // 2]


def middle_frame(instance: Located) -> int:
    """The number of the frame that stands for an instance."""
    return max(1, instance.frames or 1) // 2 + 1 if (instance.frames or 1) > 1 else 1
