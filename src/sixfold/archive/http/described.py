"""Instances sent as metadata and bulk data (PS3.18 10.5.1, 8.6.1.2.2): put together when all of a request has come.

The root parts hold DICOM JSON or Native DICOM Model XML; every other part is a value that they refer to by its
Content-Location. Values wait on disk; pixel data passes from there to the landing in pieces. Several parts of one location
are its frames.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import IO, Any

import msgspec
import orjson

from sixfold.archive.http.frames import MEDIA_TYPES
from sixfold.archive.http.native_model import read_native_model
from sixfold.archive.http.negotiation import DICOM_JSON, DICOM_XML, JSON, OCTETS, MediaType, parse_media_type
from sixfold.archive.model import Provenance, Refused
from sixfold.archive.service.intake import Batch, Intake
from sixfold.archive.service.multipart import BadMultipart, PartHeaders
from sixfold.archive.service.receiving import NOT_UNDERSTOOD, OTHER_STUDY, Fate, settle
from sixfold.dicom.encode import encode_data_set
from sixfold.dicom.uids import EXPLICIT_LE, TransferSyntax, transfer_syntax
from sixfold.kernel.errors import SixfoldError

Attributes = dict[str, Any]

_PIXEL_DATA = "7FE00010"
_AVAILABLE_TRANSFER_SYNTAX = "00083002"
_ROOTS = (DICOM_JSON, DICOM_XML, JSON)
_LONGEST_METADATA = 64 << 20
_LONGEST_VALUE = 256 << 20
_HELD = 1 << 20
_PIECE = 1 << 20
_BATCH = 16
_UNDEFINED = b"\xff\xff\xff\xff"
_ITEM = b"\xfe\xff\x00\xe0"
_SEQUENCE_END = b"\xfe\xff\xdd\xe0\0\0\0\0"
_MARKERS = {0xC0: ".50", 0xC1: ".51", 0xC3: ".70"}  # ISO 10918-1 table B.1: baseline, extended, lossless
_JPEG = "1.2.840.10008.1.2.4"


class Value(msgspec.Struct):
    """One part that is a value: its bytes in a temporary file, and what its headers say of them."""

    file: IO[bytes]
    media_type: MediaType
    length: int = 0

    def pieces(self) -> Iterator[bytes]:
        """The bytes, padded to be even (PS3.5 7.1)."""
        self.file.seek(0)
        while piece := self.file.read(_PIECE):
            yield piece
        if self.length % 2:
            yield b"\0"

    @property
    def padded(self) -> bytes:
        """The length of `pieces` as four bytes."""
        return (self.length + self.length % 2).to_bytes(4, "little")


class Described:
    """The sink of such a request's parts."""

    def __init__(self, intake: Intake, came: Provenance, study: str) -> None:
        self._intake = intake
        self._came = came
        self._study = study
        self._root: bytearray | None = None
        self._root_type = ""
        self._read = 0
        self._value: Value | None = None
        self._values: defaultdict[str, list[Value]] = defaultdict(list)
        self._objects: list[Attributes] = []
        self.fates: list[Fate] = []

    def begin(self, headers: PartHeaders) -> None:
        """A part begins: metadata, or a value that has a place."""
        media_type = parse_media_type(headers.get("content-type", "") or OCTETS)
        if media_type.name in _ROOTS:
            self._root, self._root_type = bytearray(), media_type.name
            return
        location = headers.get("content-location", "")
        if not location:
            raise BadMultipart(f"a part of {media_type.name} has no Content-Location")
        self._value = Value(tempfile.SpooledTemporaryFile(_HELD), media_type)  # noqa: SIM115 - closed by close()
        self._values[location].append(self._value)

    def data(self, piece: memoryview) -> None:
        """Bytes of the part."""
        if self._root is not None:
            self._read += len(piece)
            if self._read > _LONGEST_METADATA:
                raise BadMultipart(f"the metadata of a request take at most {_LONGEST_METADATA} bytes")
            self._root += piece
        elif self._value is not None:
            self._value.length += self._value.file.write(piece)

    def end(self) -> None:
        """The part is whole."""
        root, self._root, self._value = self._root, None, None
        if root is not None:
            self._objects += [read_native_model(bytes(root))] if self._root_type == DICOM_XML else _read_json(bytes(root))

    def finish(self) -> None:
        """All parts have come: make the instances and store them."""
        for start in range(0, len(self._objects), _BATCH):
            batch, complete = self._intake.batch(), []
            for attributes in self._objects[start : start + _BATCH]:
                fate = self._take(batch, attributes)
                self.fates.append(fate)
                if not fate.reason:
                    complete.append(fate)
            settle(batch, complete)

    def close(self) -> None:
        """Drop the values."""
        for values in self._values.values():
            for value in values:
                value.file.close()

    def _take(self, batch: Batch, attributes: Attributes) -> Fate:
        fate = Fate(_uid(attributes, "00080016"), _uid(attributes, "00080018"))
        try:
            if self._study and _uid(attributes, "0020000D") != self._study:
                raise Refused("the instance is of another study than the address names", OTHER_STUDY)
            pixels = self._pixels(attributes)
            syntax = _syntax_of(pixels)
            head, tail = self._encoded(attributes)
            reception = batch.receive(syntax.uid, fate.sop_class, fate.sop_uid, self._came)
        except SixfoldError as error:
            fate.fail(error)
            return fate
        try:
            reception.write(head)
            for piece in _pixel_element(pixels, attributes.get(_PIXEL_DATA, {}).get("vr", ""), syntax):
                reception.write(piece)
            reception.write(tail)
        except SixfoldError as error:
            reception.drop()
            fate.fail(error)
            return fate
        try:
            reception.complete()
        except SixfoldError as error:
            fate.fail(error)
        return fate

    def _pixels(self, attributes: Attributes) -> list[Value]:
        """The parts that are the pixel data; none when they are inline or absent."""
        uri = attributes.get(_PIXEL_DATA, {}).get("BulkDataURI")
        if uri is None:
            return []
        if uri not in self._values:
            raise Refused(f"no part has the location {str(uri)[:80]} of the pixel data", NOT_UNDERSTOOD)
        return self._values[uri]

    def _encoded(self, attributes: Attributes) -> tuple[bytes, bytes]:
        """The data set before and behind pixel data that come by reference."""
        by_reference = "BulkDataURI" in attributes.get(_PIXEL_DATA, {})
        left_out = {_AVAILABLE_TRANSFER_SYNTAX, *([_PIXEL_DATA] if by_reference else [])}
        kept = {tag.upper(): value for tag, value in attributes.items() if tag.upper() not in left_out}
        head = {tag: value for tag, value in kept.items() if not (by_reference and tag > _PIXEL_DATA)}
        tail = {tag: value for tag, value in kept.items() if tag not in head}
        return encode_data_set(head, EXPLICIT_LE, bulk=self._fetch), encode_data_set(tail, EXPLICIT_LE, bulk=self._fetch)

    def _fetch(self, uri: str) -> bytes:
        """The value at a location; raises `Refused`."""
        values = self._values.get(uri, [])
        if len(values) != 1:
            raise Refused(f"{len(values)} parts have the location {uri[:80]}", NOT_UNDERSTOOD)
        if values[0].length > _LONGEST_VALUE:
            raise Refused(f"a value takes at most {_LONGEST_VALUE} bytes unless it is pixel data", NOT_UNDERSTOOD)
        return b"".join(values[0].pieces())


def _read_json(data: bytes) -> list[Attributes]:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadMultipart(f"the metadata are no JSON: {error}") from error
    objects = found if isinstance(found, list) else [found]
    if not all(isinstance(item, dict) and all(isinstance(value, dict) for value in item.values()) for item in objects):
        raise BadMultipart("the metadata are no DICOM JSON objects")
    return objects


def _uid(attributes: Attributes, tag: str) -> str:
    values = attributes.get(tag, {}).get("Value")
    return str(values[0])[:64] if isinstance(values, list) and values else ""


def _syntax_of(pixels: Sequence[Value]) -> TransferSyntax:
    """The transfer syntax of the instance: that of its pixel data (PS3.18 tables 8.7.3-4, 8.7.3-5)."""
    if not pixels:
        return EXPLICIT_LE
    media_type = pixels[0].media_type
    if media_type.name not in MEDIA_TYPES:
        raise Refused(f"pixel data do not come as {media_type.name}", NOT_UNDERSTOOD)
    syntax = transfer_syntax(media_type.syntax or _sniffed(pixels[0]) or MEDIA_TYPES[media_type.name][0])
    if not syntax.known or not (syntax.encapsulated or syntax == EXPLICIT_LE):
        raise Refused(f"pixel data do not come in transfer syntax {syntax.uid}", NOT_UNDERSTOOD)
    return syntax


def _sniffed(value: Value) -> str:
    """Which JPEG it is, by its frame header; many clients send baseline without saying so."""
    if value.media_type.name != "image/jpeg":
        return ""
    value.file.seek(0)
    head = value.file.read(_HELD)
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF:
        if head[at + 1] in _MARKERS:
            return _JPEG + _MARKERS[head[at + 1]]
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return ""


def _pixel_element(pixels: Sequence[Value], vr: str, syntax: TransferSyntax) -> Iterator[bytes]:
    """The Pixel Data element in Explicit VR Little Endian, native (PS3.5 8.1.1) or one fragment for each part (A.4)."""
    if not pixels:
        return
    tag = b"\xe0\x7f\x10\x00"
    if not syntax.encapsulated:
        if len(pixels) != 1 or vr not in ("OB", "OW") or pixels[0].length >= 0xFFFFFFFE:
            raise Refused("native pixel data are one part of OB or OW, shorter than 4 GB", NOT_UNDERSTOOD)
        yield tag + vr.encode() + b"\0\0" + pixels[0].padded
        yield from pixels[0].pieces()
        return
    yield tag + b"OB\0\0" + _UNDEFINED + _ITEM + bytes(4)
    for value in pixels:
        if value.length >= 0xFFFFFFFE:
            raise Refused("a fragment is shorter than 4 GB", NOT_UNDERSTOOD)
        yield _ITEM + value.padded
        yield from value.pieces()
    yield _SEQUENCE_END
