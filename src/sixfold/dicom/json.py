"""DICOM JSON (PS3.18 annex F): a data set as one JSON object, written straight from its bytes.

What is left out: group 0002, group lengths and trailing padding. Text is UTF-8, so (0008,0005) becomes ISO_IR 192 where
the data set has it, and is added where the text needs it. Pixel data, and binary values above a limit, are given by
reference: `<bulk URI>/<path>`, where the path is the tag, in sequences `<sequence tag>/<item index from 0>/<tag>`.
"""

from struct import Struct
from typing import Any, Final

import orjson

from sixfold.dicom.bulk import bulk_value
from sixfold.dicom.charset import Repertoire, charsets_of, repertoire
from sixfold.dicom.dictionary import SIGN_DEPENDENT
from sixfold.dicom.elements import plain, true_vr
from sixfold.dicom.structure import (
    EXPLICIT_LE_ENCODING,
    ITEM,
    ITEM_END,
    ITEM_GROUP,
    MAX_DEPTH,
    SEQUENCE_END,
    SHORT_CODES,
    UNDEFINED,
    Buffer,
    Encoding,
    Malformed,
    TooDeep,
    TooLarge,
    Truncated,
    after_stray,
    content_encoding,
    encoding_of,
    is_padding,
    item_encoding,
    may_be_undefined,
    skip_undefined,
)
from sixfold.dicom.tags import (
    DATA_SET_TRAILING_PADDING,
    PIXEL_DATA_TAGS,
    PIXEL_REPRESENTATION,
    SPECIFIC_CHARACTER_SET,
)
from sixfold.dicom.uids import TransferSyntax
from sixfold.dicom.values import BINARY_VRS, READERS_BE, READERS_LE, REFERABLE_VRS, inline_binary

__all__ = ["bulk_value", "instance_dict", "instance_json", "values_json"]

JsonObject = dict[str, Any]

MAX_ELEMENTS: Final = 4_000_000  # in all items together; about 2 GB of JSON objects
_REFER_ABOVE: Final = 0xFFFF  # bytes; longer numbers and texts, which no 16-bit length can hold, go by reference
_UTF_8_ATTRIBUTE: Final[JsonObject] = {"vr": "CS", "Value": ["ISO_IR 192"]}
_CHARSET_KEY: Final = "00080005"


def instance_json(
    buffer: Buffer, syntax: TransferSyntax, *, bulk_uri: str, inline_limit: int = 1024, beside: JsonObject | None = None
) -> bytes:
    """Return the DICOM JSON object of a data set, UTF-8, attributes in ascending order (PS3.18 F.2).

    Binary values of at most `inline_limit` bytes are inlined, longer ones and pixel data referred to under `bulk_uri`.
    `beside` are attributes that are told beside those of the data set, instead of them where it has them too.
    The buffer may end inside the pixel data. Raises Malformed, Truncated, TooDeep or TooLarge.
    """
    json_object = instance_dict(buffer, syntax, bulk_uri=bulk_uri, inline_limit=inline_limit)
    if beside:
        json_object = _sorted(json_object | beside)
    data = orjson.dumps(json_object)
    if data.isascii() or _CHARSET_KEY in json_object:
        return data
    return orjson.dumps(_sorted(json_object | {_CHARSET_KEY: _UTF_8_ATTRIBUTE}))


def instance_dict(buffer: Buffer, syntax: TransferSyntax, *, bulk_uri: str, inline_limit: int = 1024) -> JsonObject:
    """Return the object that `instance_json` writes; (0008,0005) is there only if the data set has it."""
    # Slices of bytes cost half of slices of a view.
    data = buffer if type(buffer) is bytes and not syntax.deflated else plain(buffer, syntax).toreadonly()
    if len(data) <= _COPY_BELOW:
        data = bytes(data)
    writer = _Writer(data, bulk_uri, inline_limit)
    return writer.data_set(_Scope(0, len(data), encoding_of(syntax, data), repertoire(()), ""))[0]


_COPY_BELOW: Final = 64 << 10  # bytes


def values_json(
    values: dict[int, bytes], vrs: dict[int, str], charsets: tuple[str, ...], syntax: TransferSyntax | None = None
) -> JsonObject:
    """Return the DICOM JSON of raw values that `scan` found, by ascending tag; all binary values are inlined.

    `charsets` is that of (0008,0005), see `charsets_of`; `syntax` the one the values were read under, explicit VR
    little endian if not given.
    """
    json_object: JsonObject = {}
    for tag in sorted(values):
        value = values[tag]
        encoding = encoding_of(syntax, b"") if syntax else EXPLICIT_LE_ENCODING
        writer = _Writer(value, "", len(value))
        scope = _Scope(0, len(value), encoding, repertoire(charsets), "")
        vr = true_vr(tag, vrs[tag], len(value))
        if vr == "SQ":
            items = writer.sequence(scope, 0, 0, len(value), content_encoding(vrs[tag], encoding))[0]
            json_object[f"{tag:08X}"] = {"vr": "SQ", "Value": items} if items else {"vr": "SQ"}
        else:
            json_object[f"{tag:08X}"] = writer.attribute(scope, tag, vr, 0, len(value))
    return json_object


class _Scope:
    """A data set or item that is being read: where, how, in which character set, under which bulk data path."""

    __slots__ = ("depth", "encoding", "end", "offset", "path", "readers", "repertoire", "ruling", "signed")

    def __init__(self, offset: int, end: int, encoding: Encoding, text: Repertoire, path: str) -> None:
        self.offset = offset
        self.end = end
        self.encoding = encoding
        self.repertoire = text
        self.path = path
        self.depth = 0
        self.signed = False
        self.ruling = _RULING if encoding.explicit_vr else _RULING_IMPLICIT
        self.readers = READERS_LE if encoding.little_endian else READERS_BE

    def item(self, offset: int, end: int, encoding: Encoding, path: str) -> "_Scope":
        inner = _Scope(offset, end, encoding, self.repertoire, path)
        inner.depth = self.depth + 1
        inner.signed = self.signed
        return inner


class _Writer:
    """Turns one buffer into JSON objects; recursion is bounded by MAX_DEPTH."""

    __slots__ = ("buffer", "bulk_uri", "elements", "inline_limit")

    def __init__(self, buffer: Buffer, bulk_uri: str, inline_limit: int) -> None:
        self.buffer = buffer
        self.bulk_uri = bulk_uri
        self.inline_limit = inline_limit
        self.elements = 0

    def data_set(self, scope: _Scope, *, delimited: bool = False) -> tuple[JsonObject, int]:
        """Read elements to the end of the scope, or to the delimiter of an item; return them and the next offset."""
        json_object: JsonObject = {}
        read, offset = scope.encoding.read, scope.offset
        plain = self._plain_explicit if scope.encoding is EXPLICIT_LE_ENCODING else self._plain_any
        while (offset := plain(scope, json_object, offset)) < scope.end:
            try:
                header = read(self.buffer, offset)
            except Malformed:
                if scope.depth == 0 and offset and is_padding(self.buffer, offset):
                    break
                raise
            if header[0] == ITEM_END and delimited:
                return self._finished(json_object), header[3]
            offset = self._special(scope, json_object, header, offset)
        if delimited:
            raise Truncated(f"the delimiter of the item that ends at byte {offset} is missing")
        return self._finished(json_object), offset

    def _plain_explicit(self, scope: _Scope, json_object: JsonObject, offset: int) -> int:
        """Write elements of text and numbers as long as they come, which is nearly always; return the next offset."""
        buffer, end, ruling, text = self.buffer, scope.end, scope.ruling, scope.repertoire
        last, is_view = end - 8, type(buffer) is not bytes
        while offset <= last:
            group, element, code, length = _LE_4H(buffer, offset)
            tag, start = group << 16 | element, offset + 8
            following = start + length
            if code not in _PLAIN_CODES or following > end or tag in ruling or not element:
                break
            vr, reader = _PLAIN_CODES[code]
            value = bytes(buffer[start:following]) if is_view else buffer[start:following]
            values = reader(value, vr, text) if length else None  # type: ignore[arg-type]  # bytes after all
            json_object[_TAG_TEXTS[tag]] = {"vr": vr, "Value": values} if values else {"vr": vr}
            offset = following
        return offset

    def _plain_any(self, scope: _Scope, json_object: JsonObject, offset: int) -> int:
        """Do what `_plain_explicit` does in any encoding."""
        buffer, end, read = self.buffer, scope.end, scope.encoding.read
        readers, ruling, text = scope.readers, scope.ruling, scope.repertoire
        while offset <= end - 8:
            tag, vr, length, start = read(buffer, offset)
            following = start + length
            if vr not in readers or following > end or length > _REFER_ABOVE or tag in ruling or not tag & 0xFFFF:
                break
            values = readers[vr](bytes(buffer[start:following]), vr, text) if length else None
            json_object[_TAG_TEXTS[tag]] = {"vr": vr, "Value": values} if values else {"vr": vr}
            offset = following
        return offset

    def _finished(self, json_object: JsonObject) -> JsonObject:
        self.elements += 1 + len(json_object)
        if self.elements > MAX_ELEMENTS:
            raise TooLarge(f"the data set has more than {MAX_ELEMENTS} elements")
        return _sorted(json_object)

    def _plain(self, scope: _Scope, tag: int, vr: str, value: bytes) -> JsonObject:
        """Write a value that is text or numbers; take note of those that rule how others are read."""
        if tag == SPECIFIC_CHARACTER_SET:
            scope.repertoire = repertoire(charsets_of(value))
            return _UTF_8_ATTRIBUTE
        if tag == PIXEL_REPRESENTATION:
            scope.signed = any(value)
        elif tag in scope.ruling and scope.signed:
            vr = "SS"
        values = scope.readers[vr](value, vr, scope.repertoire) if value else None
        return {"vr": vr, "Value": values} if values else {"vr": vr}

    def _special(self, scope: _Scope, json_object: JsonObject, header: tuple[int, str, int, int], at: int) -> int:
        """Take an element that is a sequence, binary, long, left out or malformed; return the next offset."""
        tag, vr, length, start = header
        if tag >> 16 == ITEM_GROUP:
            return after_stray(tag, start)
        true = true_vr(tag, vr, length)
        key = _TAG_TEXTS[tag]
        if true == "SQ":
            json_object[key], following = self._sequence(scope, header)
            return following
        if length == UNDEFINED and true == "OW" and not scope.encoding.explicit_vr:
            true = "OB"  # encapsulated under implicit VR, against PS3.5 A.4
        if tag in PIXEL_DATA_TAGS and scope.depth == 0 and length:
            json_object[key] = self._reference(scope, tag, true)
            return self._after_pixels(scope, start, length)
        if length == UNDEFINED:
            if not may_be_undefined(true):
                raise Malformed(f"the element at byte {at} has VR {true} and an undefined length")
            json_object[key] = self._reference(scope, tag, true)
            return skip_undefined(self.buffer, start, scope.encoding)[1]
        if start + length > scope.end:
            raise Truncated(f"the value of the element at byte {at} is cut")
        if tag & 0xFFFF and tag != DATA_SET_TRAILING_PADDING:
            json_object[key] = self.attribute(scope, tag, true, start, length)
        return start + length

    def _sequence(self, scope: _Scope, header: tuple[int, str, int, int]) -> tuple[JsonObject, int]:
        """Write a sequence; one that is malformed inside a sound length is left as it is, by reference as UN."""
        tag, vr, length, start = header
        try:
            items, following = self.sequence(scope, tag, start, length, content_encoding(vr, scope.encoding))
        except TooDeep:
            raise
        except Malformed:
            if length == UNDEFINED or start + length > scope.end:
                raise
            return self._reference(scope, tag, "UN"), start + length
        return {"vr": "SQ", "Value": items} if items else {"vr": "SQ"}, following

    def _after_pixels(self, scope: _Scope, start: int, length: int) -> int:
        """Return the offset after pixel data, the end of the buffer if they are cut there."""
        if length != UNDEFINED:
            return min(start + length, scope.end)
        try:
            return skip_undefined(self.buffer, start, scope.encoding)[1]
        except Truncated:
            return scope.end

    def attribute(self, scope: _Scope, tag: int, vr: str, start: int, length: int) -> JsonObject:
        """Write the value of defined length at an offset, inline or by reference."""
        if vr in BINARY_VRS:
            if length > self.inline_limit:
                return self._reference(scope, tag, vr)
            value = bytes(self.buffer[start : start + length])
            text = inline_binary(value, vr, little_endian=scope.encoding.little_endian)
            return {"vr": vr, "InlineBinary": text} if value else {"vr": vr}
        if length > _REFER_ABOVE and length > self.inline_limit and vr in REFERABLE_VRS:
            return self._reference(scope, tag, vr)
        return self._plain(scope, tag, vr, bytes(self.buffer[start : start + length]))

    def _reference(self, scope: _Scope, tag: int, vr: str) -> JsonObject:
        return {"vr": vr, "BulkDataURI": f"{self.bulk_uri}{scope.path}/{tag:08X}"}

    def sequence(self, scope: _Scope, tag: int, start: int, length: int, encoding: Encoding) -> tuple[list[JsonObject], int]:
        """Write the items of a sequence; return them and the next offset (PS3.18 F.2.2)."""
        if scope.depth >= MAX_DEPTH:
            raise TooDeep(f"sequences are nested deeper than {MAX_DEPTH} at byte {start}")
        items: list[JsonObject] = []
        end, offset = (scope.end if length == UNDEFINED else start + length), start
        if end > scope.end:
            raise Truncated(f"the sequence at byte {start} is longer than what holds it")
        while offset < end:
            item_tag, _, item_length, content = encoding.read(self.buffer, offset)
            if item_tag == SEQUENCE_END and length == UNDEFINED:
                return items, content
            if item_tag != ITEM:
                raise Malformed(f"an item is expected at byte {offset}")
            delimited = item_length == UNDEFINED
            item_end = end if delimited else content + item_length
            if item_end > end:
                raise Truncated(f"the item at byte {offset} is longer than its sequence")
            inner = item_encoding(self.buffer, content, item_end, encoding)
            path = f"{scope.path}/{tag:08X}/{len(items)}"
            item, offset = self.data_set(scope.item(content, item_end, inner, path), delimited=delimited)
            items.append(item)
        if length == UNDEFINED:
            raise Truncated(f"the delimiter of the sequence at byte {start} is missing")
        return items, offset


def _sorted(json_object: JsonObject) -> JsonObject:
    keys = list(json_object)
    ordered = sorted(keys)
    return json_object if keys == ordered else {key: json_object[key] for key in ordered}


class _TagTexts(dict[int, str]):
    """Remembers the eight digits of the tags met, up to a bound that hostile tags cannot lift."""

    def __missing__(self, tag: int) -> str:
        if len(self) >= 20_000:
            self.clear()
        text = self[tag] = f"{tag:08X}"
        return text


_TAG_TEXTS: Final = _TagTexts()
_LE_4H: Final = Struct("<4H").unpack_from
_PLAIN_CODES: Final = {code: (vr, READERS_LE[vr]) for code, vr in SHORT_CODES.items()}
# Elements that rule how others are read, or are ruled; and items, whose length may look like a VR.
_RULING: Final = frozenset({SPECIFIC_CHARACTER_SET, PIXEL_REPRESENTATION, ITEM, ITEM_END, SEQUENCE_END})
_RULING_IMPLICIT: Final = _RULING | SIGN_DEPENDENT
