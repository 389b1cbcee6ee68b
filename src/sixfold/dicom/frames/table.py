"""The frame table: one byte range for each frame, computed or kept, and what a reader does with the bytes of a range."""

import sys
from array import array
from collections.abc import Iterator
from struct import Struct, error
from typing import Final

import msgspec

from sixfold.kernel.errors import InvalidInput

ITEM: Final = b"\xfe\xff\x00\xe0"
ITEM_HEADER: Final = 8  # bytes: tag and length

_STORED_HEADER: Final = Struct("<4sB3xQQQ")
_MAGIC: Final = b"SFT1"
_ENCAPSULATED, _NATIVE, _SWAPPED, _VIDEO = range(4)  # as stored; swapped follows native

Ranges = tuple["array[int]", "array[int]", "array[int]"]  # offsets, lengths, numbers of fragments


class BadFrames(InvalidInput):
    """The pixel data element is cut, malformed, or not of the kind that its transfer syntax asks for."""


class WrongFrameCount(BadFrames):
    """The pixel data do not hold the number of frames that Number of Frames claims."""

    def __init__(self, claimed: int, found: int) -> None:
        super().__init__(f"Number of Frames is {claimed}, the pixel data hold {found}")
        self.claimed, self.found = claimed, found


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One contiguous range of the object, in bytes from its start, that holds one frame.

    With one fragment or none (native) the range is the frame itself. With more, the range has item headers, which
    `frame_bytes` takes out. `bits` is set where a native frame does not start or end at a byte, or lies in big endian
    words: then the frame is the `bits` bits after `first_bit`, once the bytes are swapped if `swapped`.
    """

    offset: int
    length: int
    fragments: int = 0
    first_bit: int = 0
    bits: int = 0
    swapped: bool = False


class FrameTable:
    """The frames of one object, by index from 0; `len()` is the number of frames.

    `video` says that one stream holds all frames: every index gives the whole stream.
    """

    __slots__ = ("_fragments", "_frames", "_lengths", "_native", "_offsets", "video")

    def __init__(
        self,
        frames: int,
        native: tuple[int, int, bool] | None = None,
        ranges: Ranges | None = None,
        video: bool = False,
    ) -> None:
        self._frames = frames
        self.video = video
        self._native = native  # offset of the value, bits per frame, swapped
        self._offsets, self._lengths, self._fragments = ranges or (array("Q"), array("Q"), array("L"))

    def __len__(self) -> int:
        return self._frames

    def __getitem__(self, index: int) -> Frame:
        """Return the frame of that index, counted from 0; raises IndexError outside."""
        if not 0 <= index < self._frames:
            raise IndexError(f"frame {index} of {self._frames}")
        if self._native is not None:
            return _native_frame(*self._native, index)
        at = 0 if self.video else index
        return Frame(self._offsets[at], self._lengths[at], self._fragments[at])

    def __iter__(self) -> Iterator[Frame]:
        return (self[index] for index in range(self._frames))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FrameTable) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def to_bytes(self) -> bytes:
        """Return the table for storage: 32 bytes for native pixel data, 20 more per encapsulated frame."""
        offset, bits, swapped = self._native or (0, 0, False)
        encapsulated = _VIDEO if self.video else _ENCAPSULATED
        kind = encapsulated if self._native is None else _NATIVE + swapped
        header = _STORED_HEADER.pack(_MAGIC, kind, self._frames, offset or len(self._offsets), bits)
        counts = array("I", self._fragments)
        return header + b"".join(_little_endian(part) for part in (self._offsets, self._lengths, counts))

    @classmethod
    def from_bytes(cls, stored: bytes) -> "FrameTable":
        """Read what `to_bytes` wrote; raises `BadFrames` for anything else."""
        try:
            magic, kind, frames, first, bits = _STORED_HEADER.unpack_from(stored)
        except error:
            raise BadFrames("a stored frame table is cut") from None
        native, video = kind in {_NATIVE, _SWAPPED}, kind == _VIDEO
        size = _STORED_HEADER.size + (0 if native else 20 * first)
        if magic != _MAGIC or kind > _VIDEO or len(stored) != size or not (native or video or first == frames):
            raise BadFrames("this is no stored frame table")
        if native:
            return cls(frames, native=(first, bits, kind == _SWAPPED))
        body, counts = stored[_STORED_HEADER.size :], array("I")
        offsets, lengths = array("Q"), array("Q")
        for part, data in ((offsets, body[: 8 * first]), (lengths, body[8 * first : 16 * first])):
            part.frombytes(data)
        counts.frombytes(body[16 * first :])
        if sys.byteorder == "big":
            for part in (offsets, lengths, counts):
                part.byteswap()
        return cls(frames, ranges=(offsets, lengths, array("L", counts)), video=video)


def _little_endian(numbers: "array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _native_frame(offset: int, bits: int, swapped: bool, index: int) -> Frame:
    start, end = index * bits, (index + 1) * bits
    unit = 16 if swapped else 8
    if not swapped and start % 8 == 0 and bits % 8 == 0:
        return Frame(offset + start // 8, bits // 8)
    first, last = start // unit, -(-end // unit)
    at, length = offset + first * unit // 8, (last - first) * unit // 8
    return Frame(at, length, first_bit=start - first * unit, bits=bits, swapped=swapped)


def frame_bytes(range_bytes: bytes, frame: Frame) -> bytes:
    """Return the frame that lies in the bytes of its range: the code stream, or the native cells from bit 0 on.

    A native frame of bits that are no whole bytes is padded with zero bits (PS3.5 8.1.1). Raises `BadFrames`.
    """
    if len(range_bytes) != frame.length:
        raise BadFrames(f"a frame of {frame.length} bytes, {len(range_bytes)} given")
    if frame.fragments > 1:
        return _without_headers(range_bytes)
    if frame.bits:
        return _realigned(range_bytes, frame)
    return range_bytes


def _without_headers(range_bytes: bytes) -> bytes:
    view, parts, at = memoryview(range_bytes), [], 0
    while at < len(view):
        start = at + ITEM_HEADER
        at = start + int.from_bytes(view[at + 4 : start], "little")
        if bytes(view[start - ITEM_HEADER : start - 4]) != ITEM or at > len(view):
            raise BadFrames("the range of a frame does not consist of items")
        parts.append(view[start:at])
    return b"".join(parts)


def _realigned(range_bytes: bytes, frame: Frame) -> bytes:
    """Cut a bit string out; bits fill bytes from the least significant one on (PS3.5 8.1.1)."""
    if frame.swapped:
        words = array("H", range_bytes)
        words.byteswap()
        range_bytes = words.tobytes()
    bits = int.from_bytes(range_bytes, "little") >> frame.first_bit
    return (bits & ((1 << frame.bits) - 1)).to_bytes(-(-frame.bits // 8), "little")
