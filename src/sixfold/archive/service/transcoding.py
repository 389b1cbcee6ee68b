"""Frames and instances in another transfer syntax than the stored one: without further loss, or not at all.

What was compressed with loss is at most decoded, never compressed again (`dicom.codecs.transcode`).
"""

from collections.abc import Iterator
from itertools import islice

import msgspec

from sixfold.archive.model import Located
from sixfold.archive.service.cache import Cache
from sixfold.archive.service.frames import FrameService
from sixfold.archive.service.reader import Reader
from sixfold.dicom.codecs.transcode import NotTranscodable, can_transcode, transcoded_pixel_data
from sixfold.dicom.encode import convert
from sixfold.dicom.image import NotAnImage
from sixfold.dicom.uids import EXPLICIT_LE, IMPLICIT_LE, transfer_syntax

_FRAME_BYTES = 96 << 20
_LONGEST_CONVERTED = 1 << 30


class Transcoder:
    """Makes frames and Part 10 files in a wanted transfer syntax. Thread-safe; one frame is transcoded once at a time."""

    def __init__(self, frames: FrameService) -> None:
        self._frames = frames
        self._made: Cache[bytes] = Cache(_FRAME_BYTES, len)

    def can_give_frames(self, instance: Located, syntax_uid: str) -> bool:
        """Whether the instance's frames can be had in a transfer syntax."""
        if _is_stored_form(instance, syntax_uid):
            return True
        try:
            image = self._frames.image(instance)
        except NotAnImage:
            return False
        frame = msgspec.structs.replace(image, frames=1)  # one frame's size does not grow with their number
        return can_transcode(transfer_syntax(instance.transfer_syntax), transfer_syntax(syntax_uid), frame)

    def frame(self, instance: Located, number: int, syntax_uid: str) -> bytes:
        """Frame `number`, counted from 1, in a transfer syntax; raises `NoSuchFrame`, `NotTranscodable`, `NotLossless`."""
        if _is_stored_form(instance, syntax_uid):
            return self._frames.stored(instance, number)
        key = instance.instance_id, instance.digest, number, syntax_uid
        return self._made.get(key, lambda: self._make(instance, number, syntax_uid))

    def _make(self, instance: Located, number: int, syntax_uid: str) -> bytes:
        stored, target = transfer_syntax(instance.transfer_syntax), transfer_syntax(syntax_uid)
        image = msgspec.structs.replace(self._frames.image(instance), frames=1)
        source = [self._frames.stored(instance, number)]
        _, pieces = transcoded_pixel_data(source, image, stored, target)
        return _encapsulated_frame(pieces) if target.encapsulated else _native_frame(pieces, -(-image.frame_bits // 8))


def _is_stored_form(instance: Located, syntax_uid: str) -> bool:
    """Whether a frame of the syntax is byte for byte what is stored: native little endian frames are all alike."""
    if instance.transfer_syntax == syntax_uid:
        return True
    stored = transfer_syntax(instance.transfer_syntax)
    return syntax_uid == EXPLICIT_LE.uid and stored.known and stored.little_endian and not stored.encapsulated


def _encapsulated_frame(pieces: Iterator[bytes]) -> bytes:
    """The one frame of a pixel data element in pieces: header, offset table, item header, then the frame."""
    return next(islice(pieces, 3, None))


def _native_frame(pieces: Iterator[bytes], length: int) -> bytes:
    next(pieces)
    return b"".join(pieces)[:length]


class Transcoding:
    """Whole data sets in another native transfer syntax, for the DICOM network and for clients that take no other."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def targets(self, instance: Located) -> tuple[str, ...]:
        """The syntaxes to which the instance can be brought besides its own, best first."""
        stored = transfer_syntax(instance.transfer_syntax)
        if stored.encapsulated or not stored.known or instance.place.length > _LONGEST_CONVERTED:
            return ()
        return tuple(uid for uid in (EXPLICIT_LE.uid, IMPLICIT_LE.uid) if uid != stored.uid)

    def data_set(self, instance: Located, syntax_uid: str) -> Iterator[bytes]:
        """The data set in one of the targets; raises `NotTranscodable` for others."""
        if syntax_uid not in self.targets(instance):
            raise NotTranscodable(f"instance {instance.sop_uid} cannot be had in {transfer_syntax(syntax_uid).name}")
        place = instance.place
        data = self._reader.read(instance, place.data_offset, place.length - place.data_offset)
        yield convert(data, transfer_syntax(instance.transfer_syntax), transfer_syntax(syntax_uid))
