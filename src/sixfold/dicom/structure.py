"""The byte structure of a data set (PS3.5 chapter 7): element headers, undefined lengths, and where a value ends.

Offsets count bytes from the start of the buffer. Nothing here looks at values, so a data set of gigabytes costs only
its headers, and nothing recurses, so hostile nesting costs no stack.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct, error
from typing import Final

from sixfold.dicom.dictionary import vr_of
from sixfold.dicom.uids import TransferSyntax
from sixfold.kernel.errors import InvalidInput

Buffer = bytes | bytearray | memoryview

UNDEFINED: Final = 0xFFFFFFFF
MAX_DEPTH: Final = 64  # items within items; real objects stay below 20
MAX_INFLATED: Final = 512 << 20  # bytes; a deflated data set may claim any size

# PS3.5 table 7.1-1: these have two reserved bytes and a length of 32 bits, all others a length of 16 bits.
LONG_VRS: Final = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
SHORT_VRS: Final = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()  # noqa: SIM905 - read as a table
)

ITEM_GROUP: Final = 0xFFFE
ITEM: Final = 0xFFFEE000
ITEM_END: Final = 0xFFFEE00D
SEQUENCE_END: Final = 0xFFFEE0DD

# (tag, VR, length of the value or UNDEFINED, offset of the value); the VR of items and delimiters is "".
Header = tuple[int, str, int, int]


class Malformed(InvalidInput):
    """The bytes are no data set of the transfer syntax they came under (PS3.5 chapter 7)."""


class Truncated(Malformed):
    """The buffer ends inside an element."""


class TooDeep(Malformed):
    """Sequences are nested deeper than MAX_DEPTH."""


class TooLarge(InvalidInput):
    """A deflated data set, or the number of its elements, exceeds what is read."""


def vr_code(vr: str, *, little_endian: bool = True) -> int:
    """Return the two letters as the 16-bit integer that a header holds."""
    return int.from_bytes(vr.encode("ascii"), "little" if little_endian else "big")


SHORT_CODES: Final = {vr_code(vr): vr for vr in SHORT_VRS}
LONG_CODES: Final = {vr_code(vr): vr for vr in LONG_VRS}

_LE_4H: Final = Struct("<4H").unpack_from
_BE_4H: Final = Struct(">4H").unpack_from
_LE_2H_L: Final = Struct("<2HL").unpack_from
_LE_L: Final = Struct("<L").unpack_from
_BE_L: Final = Struct(">L").unpack_from


def read_explicit_le(buffer: Buffer, offset: int) -> Header:
    """Read one header in explicit VR little endian (PS3.5 7.1.2)."""
    try:
        group, element, code, length = _LE_4H(buffer, offset)
        if group == ITEM_GROUP:  # first, because the length of an item may look like a VR
            return group << 16 | element, "", length << 16 | code, offset + 8
        vr = SHORT_CODES.get(code)
        if vr is not None:
            return group << 16 | element, vr, length, offset + 8
        return group << 16 | element, _long_vr(code, offset), _LE_L(buffer, offset + 8)[0], offset + 12
    except error:
        raise Truncated(f"the buffer ends inside the element header at byte {offset}") from None


def read_explicit_be(buffer: Buffer, offset: int) -> Header:
    """Read one header in explicit VR big endian (PS3.5 2016b A.3, retired)."""
    try:
        group, element, code, length = _BE_4H(buffer, offset)
        if group == ITEM_GROUP:
            return group << 16 | element, "", code << 16 | length, offset + 8
        code = code >> 8 | (code & 0xFF) << 8
        vr = SHORT_CODES.get(code)
        if vr is not None:
            return group << 16 | element, vr, length, offset + 8
        return group << 16 | element, _long_vr(code, offset), _BE_L(buffer, offset + 8)[0], offset + 12
    except error:
        raise Truncated(f"the buffer ends inside the element header at byte {offset}") from None


def read_implicit_le(buffer: Buffer, offset: int) -> Header:
    """Read one header in implicit VR little endian (PS3.5 7.1.3); the VR is the dictionary's."""
    try:
        group, element, length = _LE_2H_L(buffer, offset)
    except error:
        raise Truncated(f"the buffer ends inside the element header at byte {offset}") from None
    tag = group << 16 | element
    if group == ITEM_GROUP:
        return tag, "", length, offset + 8
    vr = vr_of(tag)
    if length == UNDEFINED and vr == "UN":
        vr = "SQ"  # only a sequence has an undefined length here, so this is a private one (PS3.5 6.2.2)
    return tag, vr, length, offset + 8


def _long_vr(code: int, offset: int) -> str:
    vr = LONG_CODES.get(code)
    if vr is not None:
        return vr
    letters = code.to_bytes(2, "little")
    if letters.isalpha() and letters.isupper():
        return "UN"  # a VR of a later edition has a 32-bit length (PS3.5 6.2.2 note)
    raise Malformed(f"the element at byte {offset} has {letters!r} where a value representation is expected")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How headers and numbers are written; `read` reads the header at an offset."""

    explicit_vr: bool
    little_endian: bool
    read: Callable[[Buffer, int], Header]


EXPLICIT_LE_ENCODING: Final = Encoding(True, True, read_explicit_le)
EXPLICIT_BE_ENCODING: Final = Encoding(True, False, read_explicit_be)
IMPLICIT_LE_ENCODING: Final = Encoding(False, True, read_implicit_le)


def encoding_of(syntax: TransferSyntax, buffer: Buffer) -> Encoding:
    """Return the encoding of a data set after inflating (PS3.5 10, annex A).

    Implicit VR under a syntax of explicit VR, against PS3.5 A.4 but met in the field, shows in the first header.
    """
    if not syntax.explicit_vr:
        return IMPLICIT_LE_ENCODING
    declared = EXPLICIT_LE_ENCODING if syntax.little_endian else EXPLICIT_BE_ENCODING
    return item_encoding(buffer, 0, len(buffer), declared)


def item_encoding(buffer: Buffer, offset: int, end: int, encoding: Encoding) -> Encoding:
    """Return the encoding of the item content at an offset.

    It is that of the data set, but some writers of explicit VR nest items in implicit VR (so do items of UN elements,
    PS3.5 6.2.2, which callers handle): they show by the bytes where the VR should be.
    """
    if not encoding.explicit_vr or end - offset < 8:
        return encoding
    head = bytes(buffer[offset : offset + 6])
    letters = head[4:]
    if (letters.isalpha() and letters.isupper()) or head[:2] in _ITEM_GROUP_BYTES:
        return encoding
    return IMPLICIT_LE_ENCODING


_ITEM_GROUP_BYTES: Final = (b"\xfe\xff", b"\xff\xfe")


def content_encoding(vr: str, encoding: Encoding) -> Encoding:
    """Return the encoding inside an element: UN hides implicit VR little endian (PS3.5 6.2.2)."""
    return IMPLICIT_LE_ENCODING if vr == "UN" else encoding


def skip_undefined(buffer: Buffer, offset: int, encoding: Encoding) -> tuple[int, int]:
    """Return where a value of undefined length ends: (end of its content, offset after its delimiter).

    `offset` is the first item of a sequence or of encapsulated fragments. Raises Truncated when the buffer ends first,
    TooDeep beyond MAX_DEPTH, Malformed for anything but items.
    """
    # Encodings of the open levels: a sequence at even positions, the item inside it at odd ones.
    levels = [encoding]
    while True:
        tag, vr, length, start = levels[-1].read(buffer, offset)
        if len(levels) % 2:
            if tag == SEQUENCE_END:
                levels.pop()
                if not levels:
                    return offset, start
                offset = start
                continue
            _expect_item(tag, offset)
            if length == UNDEFINED:
                levels.append(item_encoding(buffer, start, len(buffer), levels[-1]))
        elif tag == ITEM_END:
            levels.pop()
            length = 0
        elif length == UNDEFINED:
            _expect_room(levels, offset)
            levels.append(content_encoding(vr, levels[-1]))
        offset = start if length == UNDEFINED else start + length


def after_stray(tag: int, start: int) -> int:
    """Return the offset after a delimiter that ends nothing, whatever length it claims; raise Malformed for an item."""
    if tag == ITEM:
        raise Malformed(f"an item before byte {start} is in no sequence")
    return start


def _expect_item(tag: int, offset: int) -> None:
    if tag != ITEM:
        raise Malformed(f"an item is expected at byte {offset}, not ({tag >> 16:04X},{tag & 0xFFFF:04X})")


def _expect_room(levels: list[Encoding], offset: int) -> None:
    if len(levels) >= 2 * MAX_DEPTH:
        raise TooDeep(f"sequences are nested deeper than {MAX_DEPTH} at byte {offset}")


def may_be_undefined(vr: str) -> bool:
    """Say whether PS3.5 7.1 allows the VR an undefined length."""
    return vr in _UNDEFINED_VRS


_UNDEFINED_VRS: Final = frozenset({"SQ", "UN", "OB", "OW", "OF", "OD", "OL", "OV"})


def is_padding(buffer: Buffer, offset: int) -> bool:
    """Say whether only zero bytes, or too few for a header, follow: what some writers leave after a data set."""
    remaining = len(buffer) - offset
    return remaining < 8 or not any(memoryview(buffer)[offset : offset + min(remaining, 4096)])


def inflate(buffer: Buffer, limit: int = MAX_INFLATED, *, whole: bool = True) -> bytes:
    """Return a deflated data set inflated (PS3.5 A.5, RFC 1951).

    `whole=False` takes a prefix and returns what it yields, at most `limit` bytes; else the stream must end, and
    TooLarge is raised beyond `limit` bytes, Malformed for a damaged or cut stream.
    """
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = stream.decompress(buffer, limit)
    except zlib.error as problem:
        raise Malformed(f"the deflated data set is damaged: {problem}") from None
    if whole and not stream.eof:
        if stream.unconsumed_tail:
            raise TooLarge(f"the data set inflates to more than {limit} bytes")
        raise Truncated("the deflated data set ends early")
    return data
