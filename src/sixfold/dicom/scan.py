"""Read chosen elements out of the head of a data set: the hot path of every image received.

One walk over the headers of the top level takes the raw values of the wanted tags and stops at the pixel data. The
buffer may be a prefix of the data set: `Scan.complete` says whether a longer one could tell more.
"""

from functools import lru_cache
from struct import Struct
from typing import Final

import msgspec

from sixfold.dicom.dictionary import vr_of
from sixfold.dicom.structure import (
    EXPLICIT_LE_ENCODING,
    IMPLICIT_LE_ENCODING,
    ITEM,
    ITEM_END,
    ITEM_GROUP,
    SEQUENCE_END,
    SHORT_CODES,
    UNDEFINED,
    Buffer,
    Encoding,
    Header,
    Malformed,
    TooDeep,
    TooLarge,
    Truncated,
    after_stray,
    content_encoding,
    encoding_of,
    inflate,
    is_padding,
    may_be_undefined,
    skip_undefined,
)
from sixfold.dicom.tags import PIXEL_DATA_TAGS
from sixfold.dicom.uids import TransferSyntax

__all__ = ["Malformed", "Scan", "Structure", "TooDeep", "TooLarge", "Truncated", "check_structure", "scan"]

SMALL: Final = 64 << 10  # bytes
MAX_INFLATED_PREFIX: Final = 4 << 20  # bytes; more header than that is not read from a deflated prefix


class Scan(msgspec.Struct, frozen=True, gc=False):
    """What a scan found; offsets are bytes from the start of the data set (after inflating, if it is deflated).

    `values` holds raw values with their padding, sequences without their delimiter; an absent tag has no key. `end` is
    the offset of the first element not read whole: the pixel data, the cut end of a prefix, or the end of the data set.
    """

    values: dict[int, bytes]
    vrs: dict[int, str]
    end: int
    complete: bool
    pixel_data_tag: int | None = None
    pixel_data_offset: int | None = None
    pixel_data_vr: str = ""
    pixel_data_length: int = 0
    pixel_data_value_offset: int = 0


def scan(buffer: Buffer, syntax: TransferSyntax, wanted: frozenset[int], *, whole: bool = False) -> Scan:
    """Return the raw values of the wanted tags in a data set or a prefix of one (PS3.5 7.1).

    The result is complete when the pixel data or a tag above all wanted ones was reached; with `whole=True` the buffer
    is the whole data set, so its end completes it too and Truncated is raised if it ends inside an element. Raises
    Malformed for bytes that are no data set, TooDeep for hostile nesting.
    """
    if syntax.deflated:
        buffer = inflate(buffer, MAX_INFLATED_PREFIX, whole=False)
    elif len(buffer) <= SMALL:
        buffer = bytes(buffer)  # slices of bytes cost half of slices of a view
    encoding = encoding_of(syntax, buffer)
    state = _State(buffer, encoding)
    keys, vrs, last = _plan(wanted)
    if encoding is EXPLICIT_LE_ENCODING:
        _scan_explicit_le(state, keys)
    elif encoding is IMPLICIT_LE_ENCODING:
        _scan_implicit_le(state, keys, vrs)
    else:
        _scan_any(state, wanted)
    return state.result(last, whole)


@lru_cache(maxsize=64)
def _plan(wanted: frozenset[int]) -> tuple[dict[int, int], dict[int, str], int]:
    """Return the tags by the first four bytes of a little endian header as one integer, their VRs, the last tag."""
    return {_key(tag): tag for tag in wanted}, {tag: vr_of(tag) for tag in wanted}, max(wanted, default=0)


def _key(tag: int) -> int:
    return (tag & 0xFFFF) << 16 | tag >> 16


_SPECIAL_KEYS: Final = frozenset(_key(tag) for tag in (*PIXEL_DATA_TAGS, ITEM, ITEM_END, SEQUENCE_END))
_LE_L_2H: Final = Struct("<L2H").unpack_from
_LE_2L: Final = Struct("<2L").unpack_from


class _State:
    """The growing result of one scan; `last` is the tag of the last element seen."""

    __slots__ = ("buffer", "encoding", "end", "last", "pixels", "pixels_at", "values", "vrs")

    def __init__(self, buffer: Buffer, encoding: Encoding) -> None:
        self.buffer = buffer
        self.encoding = encoding
        self.values: dict[int, bytes] = {}
        self.vrs: dict[int, str] = {}
        self.end = 0
        self.last = 0
        self.pixels: Header | None = None
        self.pixels_at = 0

    def result(self, last_wanted: int, whole: bool) -> Scan:
        values = self.values
        if type(self.buffer) is not bytes:
            values = {tag: bytes(value) for tag, value in values.items()}
        if self.pixels is not None:
            tag, vr, length, start = self.pixels
            return Scan(values, self.vrs, self.end, True, tag, self.end, vr, length, start)
        if whole and self.end < len(self.buffer) and not is_padding(self.buffer, self.end):
            raise Truncated(f"the data set ends inside the element at byte {self.end}")
        return Scan(values, self.vrs, self.end, whole or self.last > last_wanted or last_wanted in values)

    def long_element(self, offset: int, wanted: bool) -> int:
        """Take or skip an element whose header is not eight plain bytes; return the next offset, -1 to stop."""
        buffer = self.buffer
        try:
            header = self.encoding.read(buffer, offset)
            tag, vr, length, start = header
            if tag in PIXEL_DATA_TAGS:
                self.pixels = header
                return -1
            if tag >> 16 == ITEM_GROUP:
                return after_stray(tag, start)
            if length == UNDEFINED:
                if not may_be_undefined(vr):
                    raise Malformed(f"the element at byte {offset} has VR {vr} and an undefined length")
                end, following = skip_undefined(buffer, start, content_encoding(vr, self.encoding))
            else:
                end = following = start + length
        except Truncated:
            return -1
        except Malformed:
            if is_padding(buffer, offset):
                return -1
            raise
        if wanted and end <= len(buffer):
            self.values[tag] = buffer[start:end]  # type: ignore[assignment]  # made bytes by result()
            self.vrs[tag] = vr
        return following


def _scan_explicit_le(state: _State, wanted: dict[int, int]) -> None:
    buffer, values, vrs = state.buffer, state.values, state.vrs
    unpack, short, size = _LE_L_2H, SHORT_CODES, len(state.buffer)
    offset = begin = key = 0
    last = size - 8
    while offset <= last:
        begin = offset
        key, code, length = unpack(buffer, offset)
        if code in short:
            offset += 8 + length
            if key in wanted and offset <= size:
                tag = wanted[key]
                values[tag] = buffer[begin + 8 : offset]  # type: ignore[assignment]  # made bytes by result()
                vrs[tag] = short[code]
        else:
            offset = state.long_element(begin, key in wanted)
            if offset < 0:
                break
    state.end = offset if 0 <= offset <= size else begin
    state.last = _key(key)


def _scan_implicit_le(state: _State, wanted: dict[int, int], dictionary: dict[int, str]) -> None:
    buffer, values, vrs = state.buffer, state.values, state.vrs
    unpack, size = _LE_2L, len(state.buffer)
    offset = begin = key = 0
    last = size - 8
    while offset <= last:
        begin = offset
        key, length = unpack(buffer, offset)
        if length != UNDEFINED and key not in _SPECIAL_KEYS:
            offset += 8 + length
            if key in wanted and offset <= size:
                tag = wanted[key]
                values[tag] = buffer[begin + 8 : offset]  # type: ignore[assignment]  # made bytes by result()
                vrs[tag] = dictionary[tag]
        else:
            offset = state.long_element(begin, key in wanted)
            if offset < 0:
                break
    state.end = offset if 0 <= offset <= size else begin
    state.last = _key(key)


def _scan_any(state: _State, wanted: frozenset[int]) -> None:
    size, offset, begin = len(state.buffer), 0, 0
    while 0 <= offset <= size - 8:
        begin = offset
        tag = int.from_bytes(state.buffer[offset : offset + 4], "big")
        state.last = tag
        offset = state.long_element(begin, tag in wanted)
    state.end = offset if 0 <= offset <= size else begin


class Structure(msgspec.Struct, frozen=True):
    """Whether a data set is whole: `end` is the offset after its last whole element, `problem` says what is wrong."""

    complete: bool
    end: int
    problem: str = ""


def check_structure(buffer: Buffer, syntax: TransferSyntax) -> Structure:
    """Walk a whole data set, header by header, and say whether it is structurally complete (PS3.5 7.1 to 7.5).

    Values are skipped, fragments of pixel data too, so the cost is that of the headers. Padding zeros and fewer than
    eight stray bytes after the last element are tolerated, since writers in the field leave them. Never raises for
    what the bytes say; offsets are bytes of the (inflated) data set.
    """
    offset = 0
    try:
        if syntax.deflated:
            buffer = inflate(buffer)
        encoding, size = encoding_of(syntax, buffer), len(buffer)
        while size - offset >= 8:
            following = _after_element(buffer, offset, encoding)
            if following > size:
                return Structure(False, offset, f"the value of the element at byte {offset} is cut")
            offset = following
    except (Malformed, TooLarge) as problem:
        if 0 < offset <= len(buffer) and is_padding(buffer, offset):
            return Structure(True, offset)
        return Structure(False, offset, str(problem))
    return Structure(True, offset) if offset else Structure(False, 0, "there is no element")


def _after_element(buffer: Buffer, offset: int, encoding: Encoding) -> int:
    tag, vr, length, start = encoding.read(buffer, offset)
    if tag >> 16 == ITEM_GROUP:
        return after_stray(tag, start)
    if length != UNDEFINED:
        return start + length
    if not may_be_undefined(vr):
        raise Malformed(f"the element ({tag >> 16:04X},{tag & 0xFFFF:04X}) has VR {vr} and an undefined length")
    return skip_undefined(buffer, start, content_encoding(vr, encoding))[1]
