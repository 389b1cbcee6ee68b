"""Finding the frames of a pixel data element, native or encapsulated, without reading its pixels."""

import sys
from array import array
from typing import Final

from sixfold.dicom.frames.items import ReadAt, first_items, ranges, walk
from sixfold.dicom.frames.table import ITEM, ITEM_HEADER, BadFrames, FrameTable, WrongFrameCount
from sixfold.dicom.image import PIXEL_ELEMENTS, Image
from sixfold.dicom.uids import TransferSyntax

_UNDEFINED: Final = 0xFFFFFFFF
_LONG_VRS: Final = frozenset({b"OB", b"OW", b"OF", b"OD", b"OV", b"OL", b"UN"})


def frame_table(
    read_at: ReadAt,
    pixel_data_offset: int,
    total_length: int,
    ts: TransferSyntax,
    image: Image,
    extended: tuple[bytes, bytes] | None = None,
) -> FrameTable:
    """Find every frame of the pixel data element whose tag stands at `pixel_data_offset`.

    `read_at(offset, length)` answers bytes of an object `total_length` bytes long, of a deflated data set after
    inflating. `extended` holds the values of Extended Offset Table and Extended Offset Table Lengths (PS3.3 C.7.6.3.1.8)
    and spares the walk over the items. Raises `BadFrames` or `WrongFrameCount`.
    """
    vr, length, value = _pixel_element(read_at, pixel_data_offset, ts)
    if not ts.encapsulated:
        return _native_table(vr, length, value, total_length, ts, image)
    if length != _UNDEFINED:
        raise BadFrames(f"{ts.name} asks for encapsulated pixel data, the element has a defined length")
    if extended and extended[0]:
        return _extended_table(read_at, value, total_length, image.frames, extended)
    offset_table, items = walk(read_at, value, total_length)
    firsts = (0,) if ts.video else first_items(offset_table, items, ts, image)
    return FrameTable(image.frames, ranges=ranges(items, firsts), video=ts.video)


def _pixel_element(read_at: ReadAt, offset: int, ts: TransferSyntax) -> tuple[bytes, int, int]:
    """Return VR (empty if implicit), length and value offset of the pixel data element."""
    header = read_at(offset, 12)
    order = "little" if ts.little_endian else "big"
    if len(header) < (12 if ts.explicit_vr else 8):
        raise BadFrames("the object ends before its pixel data")
    group, element = int.from_bytes(header[:2], order), int.from_bytes(header[2:4], order)  # type: ignore[arg-type]
    if f"{group:04X}{element:04X}" not in PIXEL_ELEMENTS:
        raise BadFrames(f"({group:04X},{element:04X}) at byte {offset} is no pixel data element")
    vr = header[4:6]
    # Some writers put an implicit VR data set under a compressed syntax, which is always explicit (PS3.5 A.4).
    if not (ts.explicit_vr and vr.isalpha()):
        return b"", int.from_bytes(header[4:8], "little"), offset + 8
    if vr not in _LONG_VRS:
        raise BadFrames(f"pixel data with VR {vr!r}")
    return vr, int.from_bytes(header[8:12], order), offset + 12  # type: ignore[arg-type]


def _native_table(vr: bytes, length: int, value: int, total_length: int, ts: TransferSyntax, image: Image) -> FrameTable:
    if length == _UNDEFINED:
        raise BadFrames(f"{ts.name} asks for native pixel data, the element has no defined length")
    available = min(length, total_length - value)
    bits = image.frame_bits
    full = image.rows * image.columns * image.samples * image.bits_allocated
    if image.subsampled and available * 8 >= full * image.frames:
        bits = full  # labelled 4:2:2, written without subsampling
    if available * 8 < bits * image.frames:
        if available < length:
            raise BadFrames(f"the object ends inside its pixel data: {available} of {length} bytes")
        raise WrongFrameCount(image.frames, available * 8 // bits)
    # Cells of 8 bits or less stand two by two in the big endian words of an OW value (PS3.5 A.3, 7.3).
    swapped = not ts.little_endian and vr == b"OW" and image.bits_allocated <= 8
    return FrameTable(image.frames, native=(value, bits, swapped))


def _extended_table(read_at: ReadAt, value: int, total_length: int, frames: int, extended: tuple[bytes, bytes]) -> FrameTable:
    """Take the frames from the Extended Offset Table: one fragment each, offsets counted from the first item."""
    starts, lengths = array("Q"), array("Q")
    if len(extended[0]) != 8 * frames or len(extended[1]) != 8 * frames:
        raise WrongFrameCount(frames, len(extended[0]) // 8)
    for numbers, data in ((starts, extended[0]), (lengths, extended[1])):
        numbers.frombytes(data)
        if sys.byteorder == "big":
            numbers.byteswap()
    table_length = int.from_bytes(read_at(value, ITEM_HEADER)[4:], "little")
    origin = value + ITEM_HEADER + table_length
    offsets = array("Q")
    end = origin
    for start, length in zip(starts, lengths, strict=True):
        at = origin + start
        if at < end or at + ITEM_HEADER + length > total_length:
            raise BadFrames("the Extended Offset Table points outside the pixel data or backwards")
        offsets.append(at + ITEM_HEADER)
        end = at + ITEM_HEADER + length
    for index in {0, frames - 1}:
        if read_at(offsets[index] - ITEM_HEADER, 4) != ITEM:
            raise BadFrames("the Extended Offset Table does not point at items")
    return FrameTable(frames, ranges=(offsets, lengths, array("L", [1]) * frames))
