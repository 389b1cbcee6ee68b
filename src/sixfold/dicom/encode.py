"""Write data sets: from DICOM JSON, or from one native transfer syntax to another (PS3.5 chapter 7, annex A)."""

import re
import struct
import zlib
from base64 import b64decode
from collections.abc import Callable
from typing import Any, Final

from sixfold.dicom.charset import TEXT_VRS, UNDELIMITED_VRS, encode
from sixfold.dicom.dictionary import SIGN_DEPENDENT
from sixfold.dicom.elements import plain, true_vr
from sixfold.dicom.iso2022 import NotEncodable
from sixfold.dicom.structure import (
    ITEM,
    ITEM_END,
    ITEM_GROUP,
    LONG_VRS,
    MAX_DEPTH,
    SEQUENCE_END,
    SHORT_VRS,
    UNDEFINED,
    Buffer,
    Encoding,
    Header,
    Malformed,
    TooDeep,
    Truncated,
    after_stray,
    content_encoding,
    encoding_of,
    is_padding,
    item_encoding,
)
from sixfold.dicom.tags import PIXEL_REPRESENTATION, SPECIFIC_CHARACTER_SET
from sixfold.dicom.uids import TransferSyntax
from sixfold.dicom.values import BINARY_VRS, swapped
from sixfold.kernel.errors import InvalidInput, Unsupported

__all__ = ["NotEncodable", "NotWritable", "convert", "encode_data_set"]

JsonObject = dict[str, Any]
Bulk = Callable[[str], bytes]

_NUMBER_CODES: Final = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}
_MAX_SHORT: Final = 0xFFFE  # the longest even value that a 16-bit length can hold
_UTF_8: Final = ("ISO_IR 192",)
_TAG: Final = re.compile("[0-9A-Fa-f]{8}")
_SPACE_PADDED: Final = TEXT_VRS | {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UR"}


class NotWritable(InvalidInput):
    """A DICOM JSON attribute is not what PS3.18 annex F says, or its value does not fit its VR."""


def encode_data_set(json_object: JsonObject, syntax: TransferSyntax, *, bulk: Bulk | None = None) -> bytes:
    """Return the data set of a DICOM JSON object, by ascending tag, in a transfer syntax (PS3.18 annex F).

    Text that is not ASCII is written in UTF-8 and (0008,0005) set to ISO_IR 192; otherwise (0008,0005) is left out,
    since ASCII is the default. `bulk` returns the bytes for a BulkDataURI, little endian. Sequences get defined
    lengths. Raises NotWritable for attributes that cannot be written, TooDeep beyond MAX_DEPTH.
    """
    writer = _JsonWriter(_Form(syntax), bulk)
    data = writer.data_set(json_object, 0)
    if writer.needs_utf_8:
        charset = {"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]}}
        data = writer.data_set({**json_object, **charset}, 0)
    return _deflated(data) if syntax.deflated else data


def convert(buffer: Buffer, source: TransferSyntax, target: TransferSyntax) -> bytes:
    """Return a native data set in another native transfer syntax: implicit, explicit, big endian or deflated.

    Values keep their bytes, except that words change their order with the byte order. Private elements of unknown VR
    become UN, and so do values too long for a 16-bit length (PS3.5 6.2.2); sequences get defined lengths. Raises
    Unsupported where pixel data would have to be decoded, Malformed or Truncated for a damaged data set.
    """
    if source.encapsulated or target.encapsulated:
        raise Unsupported(f"{source.name} cannot be rewritten as {target.name} without decoding pixels")
    if source == target:
        return bytes(buffer)
    view = plain(buffer, source)
    encoding = encoding_of(source, view)
    data, _ = _Converter(view, _Form(target)).data_set(0, len(view), encoding, 0, delimited=False)
    return _deflated(data) if target.deflated else data


def _deflated(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = stream.compress(data) + stream.flush()
    return packed + b"\0" * (len(packed) % 2)  # PS3.5 A.5


class _Form:
    """Writes headers in one encoding."""

    def __init__(self, syntax: TransferSyntax) -> None:
        self.explicit_vr = syntax.explicit_vr
        self.little_endian = syntax.little_endian
        self.order = "<" if syntax.little_endian else ">"
        self._short = struct.Struct(self.order + "2H2sH")
        self._long = struct.Struct(self.order + "2H2s2xL")
        self._implicit = struct.Struct(self.order + "2HL")

    def element(self, tag: int, vr: str, value: bytes) -> bytes:
        """Return header and value, padded to an even length with what the VR asks for (PS3.5 6.2, 7.1)."""
        if len(value) % 2:
            value += b" " if vr in _SPACE_PADDED else b"\0"
        if len(value) >= UNDEFINED:
            raise NotWritable(f"the value of ({tag >> 16:04X},{tag & 0xFFFF:04X}) exceeds 4 GB")
        group, element = tag >> 16, tag & 0xFFFF
        if not self.explicit_vr:
            return self._implicit.pack(group, element, len(value)) + value
        if vr in SHORT_VRS and len(value) <= _MAX_SHORT:
            return self._short.pack(group, element, vr.encode("ascii"), len(value)) + value
        # PS3.5 6.2.2: a value that no 16-bit length can hold is written as UN, which is little endian.
        long_vr = vr if vr in LONG_VRS else "UN"
        if long_vr != vr and not self.little_endian:
            value = swapped(value, vr)
        return self._long.pack(group, element, long_vr.encode("ascii"), len(value)) + value

    def item(self, content: bytes) -> bytes:
        """Return an item of defined length (PS3.5 7.5)."""
        return self._implicit.pack(0xFFFE, 0xE000, len(content)) + content


class _JsonWriter:
    """Turns DICOM JSON into elements; `needs_utf_8` is set once text is met that ASCII cannot hold."""

    def __init__(self, form: _Form, bulk: Bulk | None) -> None:
        self.form = form
        self.bulk = bulk
        self.needs_utf_8 = False

    def data_set(self, json_object: JsonObject, depth: int) -> bytes:
        if depth > MAX_DEPTH:
            raise TooDeep(f"sequences are nested deeper than {MAX_DEPTH}")
        attributes = sorted((_tag(key), attribute) for key, attribute in _checked(json_object).items())
        parts = []
        for tag, attribute in attributes:
            if not self._left_out(tag):
                vr, value = self._value(tag, attribute, depth)
                parts.append(self.form.element(tag, vr, value))
        return b"".join(parts)

    def _left_out(self, tag: int) -> bool:
        """Leave out group lengths, file meta information, and a character set that no text asks for."""
        return tag & 0xFFFF == 0 or tag >> 16 == 2 or (tag == SPECIFIC_CHARACTER_SET and not self.needs_utf_8)

    def _value(self, tag: int, attribute: Any, depth: int) -> tuple[str, bytes]:
        vr = attribute.get("vr") if isinstance(attribute, dict) else None
        if not isinstance(vr, str) or (vr not in SHORT_VRS and vr not in LONG_VRS):
            raise NotWritable(f"attribute {tag:08X} has no vr of PS3.5 6.2")
        try:
            return vr, self._encoded(tag, vr, attribute, depth)
        except (TypeError, ValueError, AttributeError, OverflowError, struct.error, NotEncodable) as problem:
            raise NotWritable(f"attribute {tag:08X} has no value of {vr}: {problem}") from None

    def _encoded(self, tag: int, vr: str, attribute: JsonObject, depth: int) -> bytes:
        if "BulkDataURI" in attribute:
            return self._ordered(self._fetched(tag, attribute["BulkDataURI"]), vr)
        if "InlineBinary" in attribute:
            return self._ordered(b64decode(attribute["InlineBinary"], validate=True), vr)
        values = attribute.get("Value", [])
        if not isinstance(values, list):
            raise NotWritable(f"attribute {tag:08X} has a Value that is no array")
        if vr == "SQ":
            return b"".join(self.form.item(self.data_set(item or {}, depth + 1)) for item in values)
        if vr == "AT":
            numbers = [half for text in values for half in divmod(int(text, 16), 0x10000)]
            return struct.pack(f"{self.form.order}{len(numbers)}H", *numbers)
        if vr in _NUMBER_CODES:
            return _packed(values, vr, self.form.order)
        if vr in BINARY_VRS and values:
            raise NotWritable(f"attribute {tag:08X} of {vr} needs InlineBinary or BulkDataURI")
        return self._text(values, vr)

    def _fetched(self, tag: int, uri: str) -> bytes:
        if self.bulk is None:
            raise NotWritable(f"attribute {tag:08X} refers to bulk data, and there are none")
        return self.bulk(uri)

    def _ordered(self, value: bytes, vr: str) -> bytes:
        return value if self.form.little_endian else swapped(value, vr)

    def _text(self, values: list[Any], vr: str) -> bytes:
        text = "\\".join(_text_of(value, vr) for value in values)
        if text.isascii():
            return text.encode("ascii")
        if vr not in TEXT_VRS:
            return text.encode("utf-8", "surrogateescape")
        self.needs_utf_8 = True
        return encode(text, _UTF_8, vr)


def _checked(json_object: Any) -> JsonObject:
    if not isinstance(json_object, dict):
        raise NotWritable("a data set in DICOM JSON is an object")
    return json_object


def _tag(key: str) -> int:
    if not _TAG.fullmatch(key):
        raise NotWritable(f"{key[:64]!r} is no tag of eight hexadecimal digits")
    return int(key, 16)


def _text_of(value: Any, vr: str) -> str:
    """Return one value as text (PS3.5 6.2): names from their groups, numbers as short as they are exact."""
    if value is None:
        return ""
    if vr == "PN":
        if isinstance(value, str):
            return value
        groups = [value.get(group) or "" for group in ("Alphabetic", "Ideographic", "Phonetic")]
        return "=".join(groups).rstrip("=")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotWritable(f"{vr} has no value {value!r:.64}")
    if isinstance(value, str):
        if "\\" in value and vr not in UNDELIMITED_VRS:
            raise NotWritable(f"a value of {vr} has a backslash, which would split it")
        return value
    return decimal_string(value) if vr == "DS" else str(int(value) if vr == "IS" else value)


def decimal_string(number: float) -> str:
    """Return the number in at most 16 characters, as exact as they allow (PS3.5 6.2, DS)."""
    if isinstance(number, int) or number.is_integer():
        text = str(int(number))
        if len(text) <= 16:
            return text
    text = repr(float(number))
    for digits in range(16, 0, -1):
        if len(text) <= 16:
            break
        text = f"{number:.{digits}g}"
    return text


def _packed(values: list[Any], vr: str, order: str) -> bytes:
    convert_one = float if vr in ("FL", "FD") else int
    return struct.pack(f"{order}{len(values)}{_NUMBER_CODES[vr]}", *(convert_one(value) for value in values))


class _Converter:
    """Rewrites data sets; recursion is bounded by MAX_DEPTH."""

    def __init__(self, view: memoryview, form: _Form) -> None:
        self.view = view
        self.form = form
        self.signed = False

    def data_set(self, offset: int, end: int, encoding: Encoding, depth: int, *, delimited: bool) -> tuple[bytes, int]:
        """Return the rewritten elements up to the end or the delimiter of their item, and the next offset."""
        parts: list[bytes] = []
        while offset < end and not (depth == 0 and offset and is_padding(self.view, offset)):
            header = encoding.read(self.view, offset)
            tag, vr, length, start = header
            if tag >> 16 == ITEM_GROUP:
                if tag == ITEM_END and delimited:
                    return b"".join(parts), start
                offset = after_stray(tag, start)
                continue
            if true_vr(tag, vr, length) == "SQ":
                items, offset = self._items(header, end, content_encoding(vr, encoding), depth)
                parts.append(self.form.element(tag, "SQ", items))
                continue
            offset = _whole(start, length, end)
            if tag & 0xFFFF:  # group lengths are no longer right, and retired (PS3.5 7.2)
                parts.append(self._element(header, encoding))
        if delimited:
            raise Truncated(f"the delimiter of the item that ends at byte {offset} is missing")
        return b"".join(parts), offset

    def _element(self, header: Header, encoding: Encoding) -> bytes:
        tag, vr, length, start = header
        value = bytes(self.view[start : start + length])
        if tag == PIXEL_REPRESENTATION:
            self.signed = any(value)
        if self.signed and not encoding.explicit_vr and tag in SIGN_DEPENDENT:
            vr = "SS"
        swap = vr != "UN" and encoding.little_endian != self.form.little_endian
        vr = true_vr(tag, vr, length)
        return self.form.element(tag, vr, swapped(value, vr) if swap else value)

    def _items(self, header: Header, end: int, encoding: Encoding, depth: int) -> tuple[bytes, int]:
        _, _, length, offset = header
        if depth >= MAX_DEPTH:
            raise TooDeep(f"sequences are nested deeper than {MAX_DEPTH} at byte {offset}")
        end = end if length == UNDEFINED else _whole(offset, length, end)
        items: list[bytes] = []
        while offset < end:
            tag, _, item_length, start = encoding.read(self.view, offset)
            if tag == SEQUENCE_END and length == UNDEFINED:
                return b"".join(items), start
            if tag != ITEM:
                raise Malformed(f"an item is expected at byte {offset}")
            delimited = item_length == UNDEFINED
            item_end = end if delimited else _whole(start, item_length, end)
            inner = item_encoding(self.view, start, item_end, encoding)
            content, offset = self.data_set(start, item_end, inner, depth + 1, delimited=delimited)
            items.append(self.form.item(content))
        if length == UNDEFINED:
            raise Truncated(f"the delimiter of the sequence that ends at byte {offset} is missing")
        return b"".join(items), offset


def _whole(start: int, length: int, end: int) -> int:
    if length == UNDEFINED:
        raise Malformed(f"the value at byte {start} is no sequence and has an undefined length")
    if start + length > end:
        raise Truncated(f"the value at byte {start} is longer than what holds it")
    return start + length
