"""Pixel data in another transfer syntax: which changes are allowed, and the element in pieces (PS3.5 8.2, A.4).

Only encodings that give every sample back are written, and what has lost once is at most made native: compressing it
again would hide the loss or add to it.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from struct import pack
from typing import TYPE_CHECKING, Any, Final

from sixfold.dicom.codecs import NotLossless, decode_frame, encode_frame, encoded_photometric
from sixfold.dicom.codecs.table import DECODABLE, ENCODABLE, ROOM
from sixfold.dicom.image import Attributes, Image
from sixfold.dicom.uids import ENCAPSULATED_UNCOMPRESSED, TransferSyntax
from sixfold.kernel.errors import Unsupported

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Decoded

_PIXEL_DATA: Final = b"\xe0\x7f\x10\x00"
_NATIVE_ELEMENTS: Final = {
    "integer": (_PIXEL_DATA, b"OW"),
    "float": (b"\xe0\x7f\x08\x00", b"OF"),
    "double": (b"\xe0\x7f\x09\x00", b"OD"),
}
_ITEM: Final = b"\xfe\xff\x00\xe0"
_SEQUENCE_END: Final = b"\xfe\xff\xdd\xe0\0\0\0\0"
_UNDEFINED: Final = 0xFFFFFFFF
MAX_NATIVE: Final = _UNDEFINED - 1  # bytes; the length of a native element has 32 bits and is even
MAX_TABLED: Final = 64 << 20  # bytes of frames held back to write an offset table before them


class NotTranscodable(Unsupported):
    """The pixel data may not or cannot be brought into the other transfer syntax; the message says why."""


def can_transcode(from_ts: TransferSyntax, to_ts: TransferSyntax, image: Image) -> bool:
    """Say whether `transcoded_pixel_data` takes the image from one syntax to the other.

    A frame can still turn out not to fit: see `NotLossless`.
    """
    return _refusal(from_ts, to_ts, image) == ""


def _refusal(from_ts: TransferSyntax, to_ts: TransferSyntax, image: Image) -> str:
    """Return why a change of syntax is refused, empty if it is not."""
    native = not to_ts.encapsulated
    if from_ts.uid not in DECODABLE or to_ts.uid not in ENCODABLE:
        return f"there is no codec from {from_ts.name} to {to_ts.name}"
    if from_ts.video:
        return "a video is not taken apart"
    if from_ts.lossy and not native:
        return f"{from_ts.name} has lost already and would be compressed again"
    if not ROOM[ENCODABLE[to_ts.uid]].holds(image):
        return f"{to_ts.name} does not hold such samples here"
    if native and native_length(image) > MAX_NATIVE:
        return f"{native_length(image)} bytes do not fit a native pixel data element (PS3.5 A.4, A.2)"
    return ""


def native_length(image: Image) -> int:
    """Return the bytes of all frames of the image as they are written natively, padded to be even."""
    bits = image.rows * image.columns * image.samples * image.bits_allocated * image.frames
    length = -(-bits // 8)
    return length + length % 2


def transcoded_pixel_data(
    frames: Iterable[bytes], image: Image, from_ts: TransferSyntax, to_ts: TransferSyntax
) -> tuple[Attributes, Iterator[bytes]]:
    """Return the attributes to change, as DICOM JSON elements, and the new Pixel Data element in pieces.

    `frames` gives the bytes of all frames in order (`frames.frame_bytes`); the pieces are the element from its tag on,
    little endian, and are made one frame at a time. The Basic Offset Table is written where the frames fit 64 MB and is
    empty beyond: each frame is one fragment, so no reader needs it. Raises `NotTranscodable` at once, `NotLossless` or
    `Undecodable` when the first or a later frame fails.
    """
    reason = _refusal(from_ts, to_ts, image)
    if reason:
        raise NotTranscodable(reason)
    source = iter(frames)
    first_bytes = next(source, None)
    if first_bytes is None:
        raise NotTranscodable("there are no frames")
    decoded = _decoded(chain((first_bytes,), source), image, from_ts)
    first = next(decoded)
    now = _as_decoded(image, first.photometric)
    changes = _changes(image, first.photometric, to_ts)
    if from_ts.lossy and not image.lossy:
        changes["00282110"] = _element("CS", "01")  # nothing else tells of the loss any more (PS3.3 C.7.6.1.1.5)
    if to_ts.encapsulated:
        encoded = (encode_frame(item.array, now, to_ts) for item in chain((first,), decoded))
        return changes, encapsulated(encoded)
    return changes, _native(chain((first,), decoded), now, to_ts)


def _decoded(frames: Iterable[bytes], image: Image, ts: TransferSyntax) -> "Iterator[Decoded]":
    from sixfold.dicom.codecs.native import holds_more_than_pixels

    raw = not ts.encapsulated or ts.uid == ENCAPSULATED_UNCOMPRESSED.uid
    for frame in frames:
        # Where a JPEG holds YBR under the label RGB, the label is made true: readers of single frames rely on it.
        decoded = decode_frame(frame, image, ts, rgb=image.photometric == "RGB")
        if raw and not image.subsampled and holds_more_than_pixels(frame, image, ts.little_endian):
            raise NotLossless("unused bits of the cells hold data, such as an overlay, that would be lost")
        yield decoded


def _as_decoded(image: Image, photometric: str) -> Image:
    from msgspec.structs import replace

    return replace(image, photometric=photometric, planar=0, high_bit=image.bits_stored - 1)


def _changes(image: Image, photometric: str, to_ts: TransferSyntax) -> Attributes:
    changes: Attributes = {}
    written = encoded_photometric(photometric, to_ts)
    if written != image.photometric:
        changes["00280004"] = _element("CS", written)
    if image.samples > 1 and image.planar:
        changes["00280006"] = _element("US", 0)
    if image.high_bit != image.bits_stored - 1:
        changes["00280102"] = _element("US", image.bits_stored - 1)
    return changes


def _element(vr: str, value: Any) -> dict[str, Any]:
    return {"vr": vr, "Value": [value]}


def encapsulated(frames: Iterable[bytes], max_tabled: int = MAX_TABLED) -> Iterator[bytes]:
    """Yield a Pixel Data element of undefined length (PS3.5 A.4) with one fragment for each frame."""
    source = iter(frames)
    held: list[bytes] = []
    size, complete = 0, True
    for frame in source:
        held.append(frame)
        size += len(frame)
        if size > max_tabled:
            complete = False
            break
    yield _PIXEL_DATA + b"OB\0\0" + pack("<L", _UNDEFINED)
    table = offset_table([len(frame) for frame in held]) if complete else b""
    yield _ITEM + pack("<L", len(table)) + table
    for frame in chain(held, source):
        padding = b"\0" * (len(frame) % 2)
        yield _ITEM + pack("<L", len(frame) + len(padding))
        yield frame + padding
    yield _SEQUENCE_END


def offset_table(lengths: Iterable[int]) -> bytes:
    """Return the Basic Offset Table of frames of these lengths, one fragment each; empty once it would overflow.

    Beyond 4 GB the `extended_offset_tables` take its place (PS3.5 A.4, PS3.3 C.7.6.3.1.8).
    """
    offsets = _offsets(lengths)
    return b"" if offsets and offsets[-1] > _UNDEFINED else pack(f"<{len(offsets)}L", *offsets)


def extended_offset_tables(lengths: Iterable[int]) -> tuple[bytes, bytes]:
    """Return the values of Extended Offset Table and its Lengths for frames of one fragment each."""
    known = list(lengths)
    return pack(f"<{len(known)}Q", *_offsets(known)), pack(f"<{len(known)}Q", *known)


def _offsets(lengths: Iterable[int]) -> list[int]:
    offsets, at = [], 0
    for length in lengths:
        offsets.append(at)
        at += 8 + length + length % 2
    return offsets


def _native(decoded: "Iterable[Decoded]", image: Image, to_ts: TransferSyntax) -> Iterator[bytes]:
    from sixfold.dicom.codecs.native import encode

    length = native_length(image)
    tag, vr = _NATIVE_ELEMENTS[image.kind]
    vr = b"OB" if image.kind == "integer" and image.bits_allocated <= 8 else vr
    yield tag + (vr + b"\0\0" if to_ts.explicit_vr else b"") + pack("<L", length)
    written = 0
    for piece in _packed(decoded, image) if image.bits_allocated == 1 else (encode(d.array, image) for d in decoded):
        written += len(piece)
        yield piece
    if length - written not in {0, 1}:
        raise NotTranscodable(f"the frames fill {written} bytes of {length}")
    yield b"\0" * (length - written)


def _packed(decoded: "Iterable[Decoded]", image: Image) -> Iterator[bytes]:
    """Pack bits of frame after frame without a gap (PS3.5 8.1.1)."""
    import numpy as np

    rest = np.empty(0, np.uint8)
    for item in decoded:
        bits = np.concatenate((rest, item.array.reshape(-1)))
        whole = len(bits) // 8 * 8
        yield np.packbits(bits[:whole], bitorder="little").tobytes()
        rest = bits[whole:]
    yield np.packbits(rest, bitorder="little").tobytes()
