"""The items of encapsulated pixel data (PS3.5 A.4): walking them by their headers and grouping them into frames."""

from array import array
from collections.abc import Callable, Sequence
from struct import Struct
from typing import Final

from sixfold.dicom.frames.table import ITEM, ITEM_HEADER, BadFrames, Ranges, WrongFrameCount
from sixfold.dicom.image import Image
from sixfold.dicom.uids import ENCAPSULATED_UNCOMPRESSED, TransferSyntax

ReadAt = Callable[[int, int], bytes]

MAX_FRAGMENTS: Final = 8_000_000  # a table of them is 160 MB; a whole slide has some 100,000

_UNDEFINED: Final = 0xFFFFFFFF
_SEQUENCE_END: Final = b"\xfe\xff\xdd\xe0"

# What a code stream begins with: JPEG and JPEG-LS SOI, JPEG 2000 SOC+SIZ and JP2 box, JPEG XL stream and box.
_STARTS: Final = (
    b"\xff\xd8\xff",
    b"\xff\x4f\xff\x51",
    b"\x00\x00\x00\x0cjP",
    b"\xff\x0a",
    b"\x00\x00\x00\x0cJXL",
)
_RLE_HEADER: Final = Struct("<16L")
_PEEK: Final = ITEM_HEADER + _RLE_HEADER.size
_WINDOW: Final = 16384  # bytes read at once while fragments are small


class Items:
    """The fragments in order: offset and length of each value, and which of them begin a code stream."""

    def __init__(self) -> None:
        self.offsets, self.lengths = array("Q"), array("Q")
        self.starts = bytearray()
        self.end = 0

    def __len__(self) -> int:
        return len(self.offsets)

    def add(self, offset: int, length: int, head: bytes) -> None:
        if len(self.offsets) >= MAX_FRAGMENTS:
            raise BadFrames(f"more than {MAX_FRAGMENTS} fragments")
        self.offsets.append(offset)
        self.lengths.append(length)
        self.starts.append(head.startswith(_STARTS) or _is_rle_header(head))


def _is_rle_header(head: bytes) -> bool:
    """Say whether these are the 64 bytes before an RLE frame (PS3.5 G.5): a count and ascending offsets from 64 on."""
    if len(head) < _RLE_HEADER.size:
        return False
    count, *offsets = _RLE_HEADER.unpack(head[: _RLE_HEADER.size])
    used, rest = offsets[:count], offsets[count:]
    return 1 <= count <= 15 and used[0] == 64 and used == sorted(set(used)) and not any(rest)


def walk(read_at: ReadAt, value: int, total_length: int) -> tuple[bytes, Items]:
    """Read the item headers up to the sequence delimiter; return the Basic Offset Table and the fragments."""
    items, at = Items(), value
    offset_table: bytes | None = None
    window, window_at, step = b"", value, _WINDOW
    while True:
        if at + _PEEK > window_at + len(window):
            window, window_at = read_at(at, step), at
        head = window[at - window_at : at - window_at + _PEEK]
        tag, length = head[:4], int.from_bytes(head[4:8], "little")
        if len(head) < ITEM_HEADER:
            raise BadFrames("the object ends inside its pixel data, before the sequence delimiter")
        if tag == _SEQUENCE_END:
            break
        if tag != ITEM or length == _UNDEFINED:
            raise BadFrames(f"byte {at} of the pixel data is no item of a defined length")
        if at + ITEM_HEADER + length > total_length:
            raise BadFrames(f"the object ends inside the fragment at byte {at}")
        if offset_table is None:
            offset_table = read_at(at + ITEM_HEADER, length)
        else:
            items.add(at + ITEM_HEADER, length, head[ITEM_HEADER : ITEM_HEADER + length])
        at += ITEM_HEADER + length
        step = _PEEK if length > _WINDOW // 4 else _WINDOW
    items.end = at
    return offset_table or b"", items


def first_items(offset_table: bytes, items: Items, ts: TransferSyntax, image: Image) -> Sequence[int]:
    """Return for each frame the index of its first fragment."""
    frames, count = image.frames, len(items)
    if count == frames:
        return range(frames)
    if frames == 1 and count and sum(items.starts) <= 1:
        return (0,)
    by_table = _by_offset_table(offset_table, items)
    if len(by_table) == frames:
        return by_table
    if ts.uid == ENCAPSULATED_UNCOMPRESSED.uid:
        by_content = _by_length(items, image.frame_bits // 8)
    else:
        by_content = [index for index in range(count) if items.starts[index]]
    if len(by_content) == frames and by_content[0] == 0:
        return by_content
    not_empty = [index for index in range(count) if items.lengths[index]]
    if len(not_empty) == frames:
        return not_empty
    raise WrongFrameCount(frames, len(by_table) or len(by_content) or len(not_empty))


def _by_offset_table(offset_table: bytes, items: Items) -> list[int]:
    """Return the fragment that each entry of the Basic Offset Table points at; empty if one points at none.

    Entries have 32 bits; writers of more than 4 GB let them wrap, which is undone here (PS3.5 A.4).
    """
    if not offset_table or len(offset_table) % 4 or not len(items):
        return []
    origin = items.offsets[0] - ITEM_HEADER
    index_of = {offset - ITEM_HEADER - origin: index for index, offset in enumerate(items.offsets)}
    firsts: list[int] = []
    carry = previous = 0
    for (entry,) in Struct("<L").iter_unpack(offset_table):
        carry += (1 << 32) if entry < previous else 0
        previous = entry
        index = index_of.get(entry + carry)
        if index is None or (firsts and index <= firsts[-1]):
            return []
        firsts.append(index)
    return firsts if firsts[0] == 0 else []


def _by_length(items: Items, frame_length: int) -> list[int]:
    """Group fragments of uncompressed frames by their sizes."""
    firsts: list[int] = []
    filled = frame_length
    for index, length in enumerate(items.lengths):
        if filled >= frame_length:
            firsts.append(index)
            filled = 0
        filled += length
    return firsts


def ranges(items: Items, firsts: Sequence[int]) -> Ranges:
    """Turn first fragments into ranges: without its header for a frame of one fragment, with all headers for more."""
    if not len(items):
        raise WrongFrameCount(len(firsts), 0)
    offsets, lengths, fragments = array("Q"), array("Q"), array("L")
    for first, following in zip(firsts, (*firsts[1:], len(items)), strict=True):
        count = following - first
        header = 0 if count == 1 else ITEM_HEADER
        last_end = items.end if following == len(items) else items.offsets[following] - ITEM_HEADER
        offsets.append(items.offsets[first] - header)
        lengths.append(items.lengths[first] if count == 1 else last_end - offsets[-1])
        fragments.append(count)
    return offsets, lengths, fragments
