"""Walk all elements of a data set, those in sequences too (PS3.5 7.5), without copying values.

The walk keeps its own stack, so nesting costs no recursion, and refuses what is deeper than MAX_DEPTH.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from sixfold.dicom.dictionary import is_private, vr_of
from sixfold.dicom.structure import (
    ITEM,
    ITEM_END,
    ITEM_GROUP,
    MAX_DEPTH,
    SEQUENCE_END,
    UNDEFINED,
    Buffer,
    Encoding,
    Malformed,
    TooDeep,
    Truncated,
    after_stray,
    content_encoding,
    encoding_of,
    inflate,
    is_padding,
    item_encoding,
    may_be_undefined,
    skip_undefined,
)
from sixfold.dicom.uids import TransferSyntax

__all__ = ["Element", "Malformed", "TooDeep", "Truncated", "fragments", "plain", "true_vr", "walk"]


class Element(msgspec.Struct, frozen=True):
    """One element where it stands; offsets are bytes of the (inflated) data set.

    `vr` is the true one: what the dictionary knows of a UN element, 'SQ' for a UN element of undefined length. `length`
    is that of the value without delimiter, UNDEFINED for a sequence that ends by one. `path` leads to the item that
    holds the element: (sequence tag, item index from 0, ...). `value` is a view, empty for sequences; for encapsulated
    pixel data it holds the items, see `fragments`.
    """

    tag: int
    vr: str
    offset: int
    start: int
    length: int
    path: tuple[int, ...]
    value: memoryview
    encoding: Encoding
    encapsulated: bool = False


def plain(buffer: Buffer, syntax: TransferSyntax) -> memoryview:
    """Return the data set as elements: inflated if the transfer syntax is deflated (PS3.5 A.5), else unchanged."""
    return memoryview(inflate(buffer) if syntax.deflated else buffer)


def true_vr(tag: int, vr: str, length: int) -> str:
    """Return the VR of an element that came as UN (PS3.5 6.2.2): the dictionary's, or SQ if the length is undefined."""
    if vr != "UN":
        return vr
    known = "UN" if is_private(tag) else vr_of(tag)
    return "SQ" if length == UNDEFINED and known == "UN" else known


def walk(buffer: Buffer, syntax: TransferSyntax) -> Iterator[Element]:
    """Yield every element in the order of the bytes, a sequence before the elements of its items.

    Raises Malformed or Truncated where the bytes stop making sense, after what came before was yielded; TooDeep beyond
    MAX_DEPTH. Padding after the data set and stray delimiters are passed over.
    """
    return _Walk(plain(buffer, syntax), syntax).elements()


class _Level(msgspec.Struct):
    """A data set, an item or a sequence that is open; `end` is its last byte's successor, or that of its parent."""

    end: int
    delimited: bool
    encoding: Encoding
    path: tuple[int, ...]
    sequence: bool = False
    items: int = 0


class _Walk:
    def __init__(self, view: memoryview, syntax: TransferSyntax) -> None:
        self.view = view
        self.offset = 0
        self.levels = [_Level(len(view), False, encoding_of(syntax, view), ())]

    def elements(self) -> Iterator[Element]:
        while self.levels:
            level = self.levels[-1]
            if self._at_end(level):
                self.levels.pop()
            elif level.sequence:
                self._open_item(level)
            else:
                element = self._element(level)
                if element is not None:
                    yield element

    def _at_end(self, level: _Level) -> bool:
        if self.offset < level.end:
            return len(self.levels) == 1 and is_padding(self.view, self.offset) and self.offset > 0
        if level.delimited:
            raise Truncated(f"the delimiter of what ends at byte {self.offset} is missing")
        self.offset = level.end
        return True

    def _open_item(self, level: _Level) -> None:
        tag, _, length, start = level.encoding.read(self.view, self.offset)
        if tag == SEQUENCE_END and level.delimited:
            self.levels.pop()
            self.offset = start
            return
        if tag != ITEM:
            raise Malformed(f"an item is expected at byte {self.offset}, not ({tag >> 16:04X},{tag & 0xFFFF:04X})")
        end = level.end if length == UNDEFINED else _inside(start + length, level, self.offset)
        encoding = item_encoding(self.view, start, end, level.encoding)
        self.levels.append(_Level(end, length == UNDEFINED, encoding, (*level.path, level.items)))
        level.items += 1
        self.offset = start

    def _element(self, level: _Level) -> Element | None:
        at = self.offset
        tag, vr, length, start = level.encoding.read(self.view, at)
        if tag >> 16 == ITEM_GROUP:
            self._delimiter(level, tag, start)
            return None
        vr, encoding = true_vr(tag, vr, length), content_encoding(vr, level.encoding)
        if vr == "SQ":
            self._open_sequence(level, tag, length, start, encoding)
            return Element(tag, vr, at, start, length, level.path, self.view[:0], level.encoding)
        if length != UNDEFINED:
            self.offset = _inside(start + length, level, at)
            return Element(tag, vr, at, start, length, level.path, self.view[start : self.offset], level.encoding)
        if not may_be_undefined(vr):
            raise Malformed(f"the element at byte {at} has VR {vr} and an undefined length")
        end, self.offset = skip_undefined(self.view, start, encoding)
        _inside(self.offset, level, at)
        return Element(tag, vr, at, start, end - start, level.path, self.view[start:end], level.encoding, True)

    def _delimiter(self, level: _Level, tag: int, start: int) -> None:
        if tag == ITEM_END and level.delimited:
            self.levels.pop()
        self.offset = after_stray(tag, start)

    def _open_sequence(self, level: _Level, tag: int, length: int, start: int, encoding: Encoding) -> None:
        if len(self.levels) > 2 * MAX_DEPTH:
            raise TooDeep(f"sequences are nested deeper than {MAX_DEPTH} at byte {self.offset}")
        end = level.end if length == UNDEFINED else _inside(start + length, level, self.offset)
        self.levels.append(_Level(end, length == UNDEFINED, encoding, (*level.path, tag), sequence=True))
        self.offset = start


def _inside(end: int, level: _Level, offset: int) -> int:
    if end > level.end:
        raise Truncated(f"the value of the element at byte {offset} ends {end - level.end} bytes after its container")
    return end


_ITEM_BYTES: Final = b"\xfe\xff\x00\xe0"


def fragments(value: memoryview) -> Iterator[tuple[int, int]]:
    """Yield (offset in the value, length) of each fragment of encapsulated pixel data (PS3.5 A.4).

    The first is the Basic Offset Table. Raises Malformed where an item is expected, Truncated for one that is cut.
    """
    offset = 0
    while offset + 8 <= len(value):
        if bytes(value[offset : offset + 4]) != _ITEM_BYTES:
            raise Malformed(f"a fragment is expected at byte {offset} of the pixel data")
        length = int.from_bytes(value[offset + 4 : offset + 8], "little")
        if offset + 8 + length > len(value):
            raise Truncated(f"the fragment at byte {offset} of the pixel data is cut")
        yield offset + 8, length
        offset += 8 + length
