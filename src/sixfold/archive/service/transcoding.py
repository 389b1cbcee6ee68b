"""Frames and instances in another transfer syntax than the stored one: without further loss, or not at all.

What was compressed with loss is at most decoded, never compressed again (`dicom.codecs.transcode`).
"""

from collections.abc import Iterator
from itertools import islice
from struct import pack

import msgspec

from sixfold.archive.model import Located
from sixfold.archive.service.cache import Cache
from sixfold.archive.service.frames import BulkData, FrameService, NoSuchFrame
from sixfold.archive.service.reader import Reader
from sixfold.dicom.codecs.transcode import NotTranscodable, can_transcode, transcoded_pixel_data
from sixfold.dicom.elements import walk
from sixfold.dicom.encode import convert, encode_data_set
from sixfold.dicom.image import Attributes, Image, NotAnImage
from sixfold.dicom.uids import EXPLICIT_LE, IMPLICIT_LE, TransferSyntax, transfer_syntax

_FRAME_BYTES = 96 << 20
_LONGEST_CONVERTED = 1 << 30
_NATIVE = (EXPLICIT_LE.uid, IMPLICIT_LE.uid)
_OFFSET_TABLES = frozenset({0x7FE00001, 0x7FE00002})  # Extended Offset Table and Lengths (PS3.3 C.7.6.3.1.8)


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
    """Whole data sets in another transfer syntax than the stored one, made while they are sent. Thread-safe."""

    def __init__(self, reader: Reader, frames: FrameService) -> None:
        self._reader = reader
        self._frames = frames

    def targets(self, instance: Located) -> tuple[str, ...]:
        """The native syntaxes to which the instance can be brought besides its own, best first."""
        return tuple(uid for uid in _NATIVE if uid != instance.transfer_syntax and self.can_give(instance, uid))

    def default(self, instance: Located) -> str:
        """The syntax of an answer to a client that names none (PS3.18 8.7.3).

        Explicit VR Little Endian, except for what is stored with loss, what is too long for it, and what nothing here decodes:
        that is given as it is stored, and the answer says so.
        """
        if transfer_syntax(instance.transfer_syntax).lossy or not self.can_give(instance, EXPLICIT_LE.uid):
            return instance.transfer_syntax
        return EXPLICIT_LE.uid

    def can_give(self, instance: Located, syntax_uid: str) -> bool:
        """Whether the instance can be had in a transfer syntax."""
        stored, target = transfer_syntax(instance.transfer_syntax), transfer_syntax(syntax_uid)
        if stored == target:
            return True
        if not target.known or not stored.known:
            return False
        if not stored.encapsulated and not target.encapsulated:
            return not target.deflated and (stored.little_endian or instance.place.length <= _LONGEST_CONVERTED)
        try:
            return can_transcode(stored, target, self._image(instance))
        except (NotAnImage, NoSuchFrame):
            return False

    def data_set(self, instance: Located, syntax_uid: str) -> Iterator[bytes]:
        """The data set in a transfer syntax, in pieces; raises `NotTranscodable` when it cannot be had."""
        stored, target = transfer_syntax(instance.transfer_syntax), transfer_syntax(syntax_uid)
        if stored == target:
            return self._reader.data_set(instance)
        if not self.can_give(instance, syntax_uid):
            raise NotTranscodable(f"instance {instance.sop_uid} cannot be had in {target.name}")
        if stored.encapsulated or target.encapsulated:
            return self._recoded(instance, stored, target)
        if stored.deflated or not stored.little_endian or instance.place.pixel_offset == instance.place.length:
            return self._converted(instance, stored, target)
        return self._renamed(instance, stored, target)

    def _image(self, instance: Located) -> Image:
        """What the pixels are, of as many frames as there are."""
        return msgspec.structs.replace(self._frames.image(instance), frames=len(self._frames.table(instance)))

    def _converted(self, instance: Located, stored: TransferSyntax, target: TransferSyntax) -> Iterator[bytes]:
        """The whole data set written anew: inflated, or its words turned round."""
        yield convert(b"".join(self._reader.data_set(instance)), stored, target)

    def _renamed(self, instance: Located, stored: TransferSyntax, target: TransferSyntax) -> Iterator[bytes]:
        """Headers written anew; the pixel data's value passes through in pieces, as both syntaxes write it alike."""
        place = instance.place
        pixels = self._frames.pixels(instance)
        header, _ = self._frames.header(instance)
        yield convert(header, stored, target) + _long_header(pixels, target)
        yield from self._reader.stream(instance, pixels.offset, pixels.length)
        behind = pixels.offset + pixels.length
        if behind < place.length:
            yield convert(self._reader.read(instance, behind, place.length - behind), stored, target)

    def _recoded(self, instance: Located, stored: TransferSyntax, target: TransferSyntax) -> Iterator[bytes]:
        """Every frame decoded and, if need be, encoded. What stands behind the pixels, padding and signatures of the old
        encoding (PS3.3 C.12.1.1.3), is left out.
        """
        header, syntax = self._frames.header(instance)
        explicit = header if syntax.encapsulated else convert(header, syntax, EXPLICIT_LE)  # PS3.5 A.4
        changes, pixels = transcoded_pixel_data(self._frames.all_stored(instance), self._image(instance), stored, target)
        patched = _patched(explicit, changes)
        yield patched if target.encapsulated else convert(patched, EXPLICIT_LE, target)
        yield from pixels


def _long_header(pixels: BulkData, target: TransferSyntax) -> bytes:
    """The header of a native Pixel Data element (PS3.5 7.1)."""
    group, element = pixels.tag >> 16, pixels.tag & 0xFFFF
    vr = pixels.vr.encode() + b"\0\0" if target.explicit_vr else b""
    return pack("<2H", group, element) + vr + pack("<L", pixels.length)


def _patched(header: bytes, changes: Attributes) -> bytes:
    """A data set in Explicit VR Little Endian with top level attributes set, and without offset tables of old frames."""
    written = {int(key, 16): encode_data_set({key: changes[key]}, EXPLICIT_LE) for key in changes}
    pieces: list[tuple[int, bytes]] = list(written.items())
    for tag, start, end in _top_level(header):
        if tag not in written and tag not in _OFFSET_TABLES:
            pieces.append((tag, header[start:end]))
    return b"".join(piece for _, piece in sorted(pieces, key=lambda item: item[0]))


def _top_level(header: bytes) -> Iterator[tuple[int, int, int]]:
    """Tag, start and end of each element of the top level."""
    last = tag = -1
    for element in walk(header, EXPLICIT_LE):
        if element.path:
            continue
        if last >= 0:
            yield tag, last, element.offset
        tag, last = element.tag, element.offset
    if last >= 0:
        yield tag, last, len(header)
