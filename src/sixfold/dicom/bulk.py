"""Find the bytes behind a bulk data URI of `sixfold.dicom.json` (PS3.18 F.2.6)."""

import re
from typing import Final

from sixfold.dicom.elements import plain, true_vr
from sixfold.dicom.structure import (
    ITEM,
    ITEM_END,
    ITEM_GROUP,
    SEQUENCE_END,
    UNDEFINED,
    Buffer,
    Encoding,
    Malformed,
    Truncated,
    after_stray,
    content_encoding,
    encoding_of,
    item_encoding,
    may_be_undefined,
    skip_undefined,
)
from sixfold.dicom.uids import TransferSyntax
from sixfold.dicom.values import swapped
from sixfold.kernel.errors import NotFound

_PATH: Final = re.compile(r"/?(?:[0-9A-Fa-f]{8}/[0-9]{1,9}/)*[0-9A-Fa-f]{8}")


class NoBulkData(NotFound):
    """The path of the bulk data URI leads to no value of the data set."""


def bulk_value(buffer: Buffer, syntax: TransferSyntax, path: str) -> tuple[str, memoryview]:
    """Return (VR, value) at a path such as '/00660016' or '/00660002/0/00660016'.

    The value is a view of the data set, little endian (so a copy if that was big endian), with its padding; encapsulated
    pixel data come with their items. Raises NoBulkData, and Malformed or Truncated on the way.
    """
    if not _PATH.fullmatch(path):
        raise NoBulkData(f"{path[:128]!r} is no path of bulk data")
    *steps, last = path.strip("/").split("/")
    view = plain(buffer, syntax)
    finder = _Finder(view, 0, len(view), encoding_of(syntax, view))
    for at in range(0, len(steps), 2):
        finder.enter(int(steps[at], 16), int(steps[at + 1]))
    return finder.value(int(last, 16))


class _Finder:
    """A position in the data set: the item that begins at `offset` and ends before `end` or at its delimiter."""

    def __init__(self, view: memoryview, offset: int, end: int, encoding: Encoding) -> None:
        self.view = view
        self.offset = offset
        self.end = end
        self.delimited = False
        self.encoding = encoding

    def find(self, wanted: int) -> tuple[str, int, int]:
        """Return (VR as written, length, start) of an element of the current item."""
        while self.offset + 8 <= self.end:
            tag, vr, length, start = self.encoding.read(self.view, self.offset)
            if tag == wanted:
                return vr, length, start
            if tag == ITEM_END and self.delimited:
                break
            self.offset = self._after(tag, vr, length, start)
        raise NoBulkData(f"there is no element ({wanted >> 16:04X},{wanted & 0xFFFF:04X}) at that path")

    def _after(self, tag: int, vr: str, length: int, start: int) -> int:
        if tag >> 16 == ITEM_GROUP:
            return after_stray(tag, start)
        if length != UNDEFINED:
            return start + length
        if not may_be_undefined(vr):
            raise Malformed(f"the element before byte {start} cannot have an undefined length")
        return skip_undefined(self.view, start, content_encoding(vr, self.encoding))[1]

    def enter(self, sequence: int, index: int) -> None:
        """Move into an item of a sequence of the current item."""
        vr, length, self.offset = self.find(sequence)
        if true_vr(sequence, vr, length) != "SQ":
            raise NoBulkData("the path goes through an element that is no sequence")
        self.end = self.end if length == UNDEFINED else min(self.end, self.offset + length)
        self.encoding = content_encoding(vr, self.encoding)
        for _ in range(index):
            self.offset = self._after_item()
        start, length = self._item()
        self.offset = start
        self.delimited = length == UNDEFINED
        self.end = self.end if self.delimited else min(self.end, start + length)
        self.encoding = item_encoding(self.view, start, self.end, self.encoding)

    def _item(self) -> tuple[int, int]:
        if self.offset + 8 > self.end:
            raise NoBulkData("the sequence has no such item")
        tag, _, length, start = self.encoding.read(self.view, self.offset)
        if tag == SEQUENCE_END:
            raise NoBulkData("the sequence has no such item")
        if tag != ITEM:
            raise Malformed(f"an item is expected at byte {self.offset}")
        return start, length

    def _after_item(self) -> int:
        start, length = self._item()
        if length != UNDEFINED:
            return start + length
        encoding = item_encoding(self.view, start, self.end, self.encoding)
        return _Finder(self.view, start, self.end, encoding).end_of_item()

    def end_of_item(self) -> int:
        """Return the offset after the delimiter of the current item."""
        while self.offset + 8 <= self.end:
            tag, vr, length, start = self.encoding.read(self.view, self.offset)
            if tag == ITEM_END:
                return start
            self.offset = self._after(tag, vr, length, start)
        raise Truncated("the delimiter of an item is missing")

    def value(self, tag: int) -> tuple[str, memoryview]:
        """Return (VR, value) of an element of the current item."""
        vr, length, start = self.find(tag)
        true = true_vr(tag, vr, length)
        if true == "SQ":
            if length == UNDEFINED:
                raise NoBulkData("the path leads to a sequence")
            true = "UN"  # a malformed sequence is given by reference as it is
        if length == UNDEFINED:
            end, _ = skip_undefined(self.view, start, self.encoding)
        else:
            end = start + length
            if end > self.end:
                raise Truncated("the value is cut")
        value = self.view[start:end]
        return true, value if self.encoding.little_endian else memoryview(swapped(value, true))
