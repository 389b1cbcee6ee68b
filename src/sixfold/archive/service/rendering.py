"""Pictures of instances (PS3.18 10.4.1.1.4): a frame decoded and shown, or what is a picture already handed through."""

from collections.abc import Sequence

import msgspec

from sixfold.archive.model import Located
from sixfold.archive.service.cache import Cache
from sixfold.archive.service.frames import FrameService
from sixfold.dicom.codecs import decode_frame
from sixfold.dicom.render import RenderOptions, render
from sixfold.dicom.uids import transfer_syntax
from sixfold.kernel.errors import Unsupported

_PICTURES = 32 << 20
_ENCAPSULATED_DOCUMENT = "00420011"
_PDF = "1.2.840.10008.5.1.4.1.1.104.1"


class Picture(msgspec.Struct, frozen=True):
    """Bytes for a browser, and their media type."""

    media_type: str
    data: bytes


class Rendering:
    """Makes pictures; small ones are remembered. Thread-safe."""

    def __init__(self, frames: FrameService) -> None:
        self._frames = frames
        self._small: Cache[Picture] = Cache(_PICTURES, lambda picture: len(picture.data) + 128)

    def picture(self, instance: Located, frame: int, options: RenderOptions) -> Picture:
        """Frame `frame`, counted from 1, as a picture; raises `NoSuchFrame`, `NotAnImage`, `Undecodable`, `NotRenderable`."""
        syntax = transfer_syntax(instance.transfer_syntax)
        image = self._frames.image(instance)
        stored = self._frames.stored(instance, 1 if syntax.video else frame)
        decoded = decode_frame(stored, image, syntax, rgb=True, index=frame - 1)
        chosen = msgspec.structs.replace(options, frame=frame - 1)
        return Picture(options.media_type, render(decoded, image, chosen))

    def thumbnail(self, instance: Located, options: RenderOptions) -> Picture:
        """A small picture of the middle frame; remembered."""
        frame = (instance.frames or 1) // 2 + 1 if (instance.frames or 1) > 1 else 1
        key = instance.instance_id, instance.digest, repr(options)
        return self._small.get(key, lambda: self.picture(instance, frame, options))

    def as_it_is(self, instance: Located) -> Picture | None:
        """What a browser shows without our doing: an encapsulated PDF, the stream of a video; None for other objects."""
        if instance.sop_class == _PDF:
            value = self._frames.bulk(instance, _ENCAPSULATED_DOCUMENT)
            return Picture("application/pdf", self._frames.held(instance, value).rstrip(b"\0"))
        if transfer_syntax(instance.transfer_syntax).video:
            return Picture("video/mp4", self._frames.stored(instance, 1))
        return None


def representative(instances: Sequence[Located]) -> Located:
    """The instance that stands for many: the middle one of the first series that has pictures."""
    pictured = [instance for instance in instances if instance.place.pixel_offset < instance.place.length]
    if not pictured:
        raise Unsupported("none of these instances is an image")
    first = [instance for instance in pictured if instance.series_uid == pictured[0].series_uid]
    return first[len(first) // 2]
