"""Metadata: the DICOM JSON of instances (PS3.18 annex F), as the seal kept it or made from the landing on demand."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

import msgspec
import orjson

from sixfold.archive.model import Located
from sixfold.archive.service.cache import Cache
from sixfold.archive.service.reader import Reader
from sixfold.archive.store import pack, packs
from sixfold.dicom.bulk import NoBulkData, bulk_value
from sixfold.dicom.frames import BadFrames, FrameTable, WrongFrameCount, frame_table
from sixfold.dicom.image import Bulk, Image, NotAnImage
from sixfold.dicom.json import JsonObject, instance_json
from sixfold.dicom.scan import Malformed, TooLarge, scan
from sixfold.dicom.structure import inflate
from sixfold.dicom.uids import EXPLICIT_LE, TransferSyntax, transfer_syntax
from sixfold.kernel.database import Database
from sixfold.kernel.logs import logger

DICOMWEB = "/dicomweb"

_OBJECT_BYTES = 64 << 20
_TABLE_BYTES = 16 << 20
_CONTENTS_BYTES = 32 << 20
_STREAM_BYTES = 32 << 20
_NO_TAGS: frozenset[int] = frozenset()
_AVAILABLE_TRANSFER_SYNTAX = "00083002"
"""Tells viewers before they fetch anything how pixels are stored, and what is a film (PS3.18 10.6.3.3.3)."""


def instance_path(instance: Located, root: str = DICOMWEB) -> str:
    """The path of an instance's resource (PS3.18 10.1), without scheme and authority: it holds behind any proxy."""
    return f"{root}/studies/{instance.study_uid}/series/{instance.series_uid}/instances/{instance.sop_uid}"


def describe_instance(data: memoryview, instance: Located, root: str = DICOMWEB) -> tuple[bytes, bytes]:
    """The JSON object and the frame table of a data set, `data` being its bytes as they were received.

    Bulk data URIs are absolute-path references to `/bulkdata/<path>` of the instance. Frame offsets count from the start of
    the data set (of the inflated one, if it is deflated). An object whose attributes cannot be read is described by its
    identity alone, so that it can be kept and given back as it came.
    """
    data, syntax = _plain(data, instance)
    json = _json(data, syntax, instance, root)
    return json, _frames(data, syntax, instance, json)


def _plain(data: memoryview, instance: Located) -> tuple[memoryview, TransferSyntax]:
    """The data set to read, and the syntax to read it by."""
    syntax = transfer_syntax(instance.transfer_syntax)
    if not syntax.deflated:
        return data, syntax
    try:
        return memoryview(inflate(data)), EXPLICIT_LE
    except (Malformed, TooLarge) as error:
        _tell_unreadable(instance, error)
        return memoryview(b""), EXPLICIT_LE


def _json(data: memoryview, syntax: TransferSyntax, instance: Located, root: str) -> bytes:
    try:
        stored: JsonObject = {_AVAILABLE_TRANSFER_SYNTAX: {"vr": "UI", "Value": [instance.transfer_syntax]}}
        return instance_json(data, syntax, bulk_uri=f"{instance_path(instance, root)}/bulkdata", beside=stored)
    except (Malformed, TooLarge) as error:
        _tell_unreadable(instance, error)
        return orjson.dumps(_identity(instance))


def _frames(data: memoryview, syntax: TransferSyntax, instance: Located, json: bytes) -> bytes:
    """The frame table's bytes; empty when there are no frames that could be given out one by one."""
    try:
        offset = _pixel_offset(data, syntax, instance)
        if offset is None:
            return b""
        image = Image.from_json(orjson.loads(json), _bulk_reader(data, syntax))
        return _find_frames(data, offset, syntax, image).to_bytes()
    except (NotAnImage, BadFrames, Malformed, NoBulkData) as error:
        _tell_unreadable(instance, error)
        return b""


def _pixel_offset(data: memoryview, syntax: TransferSyntax, instance: Located) -> int | None:
    place = instance.place
    if transfer_syntax(instance.transfer_syntax).deflated:
        return scan(data, syntax, _NO_TAGS, whole=True).pixel_data_offset
    return place.pixel_offset - place.data_offset if place.pixel_offset < place.length else None


def _find_frames(data: memoryview, offset: int, syntax: TransferSyntax, image: Image) -> FrameTable:
    """The table; of the frames that are there where Number of Frames claims another number of them."""

    def read_at(start: int, length: int) -> bytes:
        return bytes(data[start : start + length])

    tables = _extended_offset_table(data, syntax) if syntax.encapsulated else None
    try:
        return frame_table(read_at, offset, len(data), syntax, image, tables)
    except WrongFrameCount as error:
        if error.found < 1:
            raise
        image = msgspec.structs.replace(image, frames=error.found)
        return frame_table(read_at, offset, len(data), syntax, image)


def _extended_offset_table(data: memoryview, syntax: TransferSyntax) -> tuple[bytes, bytes] | None:
    """Extended Offset Table and Extended Offset Table Lengths (PS3.3 C.7.6.3.1.8), when they are there."""
    try:
        return bytes(bulk_value(data, syntax, "7FE00001")[1]), bytes(bulk_value(data, syntax, "7FE00002")[1])
    except NoBulkData:
        return None


def _bulk_reader(data: memoryview, syntax: TransferSyntax) -> Bulk:
    return lambda uri: bytes(bulk_value(data, syntax, uri.partition("/bulkdata/")[2])[1])


def _identity(instance: Located) -> dict[str, object]:
    values = {
        "00080016": instance.sop_class,
        "00080018": instance.sop_uid,
        "0020000D": instance.study_uid,
        "0020000E": instance.series_uid,
    }
    return {tag: {"vr": "UI", "Value": [value]} for tag, value in values.items()}


def _tell_unreadable(instance: Located, error: Exception) -> None:
    fields = {"instance": instance.sop_uid, "syntax": instance.transfer_syntax, "reason": str(error)}
    logger("archive").warning("an instance can be given back only as it came", extra=fields)


class MetadataService:
    """Gives the metadata of visible instances. Thread-safe; what it remembers is bounded in bytes.

    Bulk data is found below `root`, but for that of sealed series, which the seal has written down.
    """

    def __init__(self, database: Database, reader: Reader, root: str = DICOMWEB) -> None:
        self._database = database
        self._reader = reader
        self._root = root
        self._objects: Cache[bytes] = Cache(_OBJECT_BYTES, lambda json: len(json) + 256)
        self._tables: Cache[bytes] = Cache(_TABLE_BYTES, lambda table: len(table) + 256)
        self._places: Cache[packs.PackPlace] = Cache(1 << 20, lambda _: 256)
        self._contents: Cache[pack.Contents] = Cache(_CONTENTS_BYTES, _contents_size)
        self._streams: Cache[bytes] = Cache(_STREAM_BYTES, len)

    def gzip(self, instances: Sequence[Located]) -> bytes | None:
        """The JSON array of the instances as one gzip stream, if the seal has kept exactly that; else None."""
        ref = instances[0].pack
        if ref is None or any(instance.pack != ref for instance in instances):
            return None
        if list(self._contents_of(ref)) != [instance.sop_uid for instance in instances]:
            return None
        return self._stream_of(ref)

    def array(self, instances: Sequence[Located]) -> bytes:
        """The JSON array of the instances, in their order (PS3.18 10.4.3.3)."""
        stream = self.gzip(instances)
        if stream is not None:
            return pack.inflate(stream)
        return b"[" + b",".join(self.objects(instances)) + b"]"

    def objects(self, instances: Sequence[Located]) -> list[bytes]:
        """The JSON object of each instance, in their order."""
        whole: dict[int, dict[str, bytes]] = {}
        for ref in {instance.pack for instance in instances if instance.pack is not None}:
            if len(self._contents_of(ref)) > 1 and sum(instance.pack == ref for instance in instances) > 1:
                whole[ref] = self._inflated(ref)
        return [
            whole[instance.pack][instance.sop_uid] if instance.pack in whole else self.object(instance)
            for instance in instances
        ]

    def object(self, instance: Located) -> bytes:
        """The JSON object of one instance."""
        return self._objects.get((instance.instance_id, instance.digest), lambda: self._object(instance))

    def _object(self, instance: Located) -> bytes:
        content = self._content(instance)
        if content is not None and instance.pack is not None:
            return pack.inflate_one(self._stream_of(instance.pack), content)
        with self._data(instance) as data:
            return _json(*_plain(data, instance), instance, self._root)

    def frames(self, instance: Located) -> bytes:
        """The frame table of one instance as bytes, empty when it has no frames."""
        content = self._content(instance)
        if content is not None:
            return content.frames
        return self._tables.get((instance.instance_id, instance.digest), lambda: self._table(instance))

    def _table(self, instance: Located) -> bytes:
        with self._data(instance) as data:
            return _frames(*_plain(data, instance), instance, self.object(instance))

    def _content(self, instance: Located) -> pack.Content | None:
        """What the seal kept of an instance; None while it is in the landing."""
        return self._contents_of(instance.pack).get(instance.sop_uid) if instance.pack is not None else None

    def _data(self, instance: Located) -> AbstractContextManager[memoryview]:
        place = instance.place
        return self._reader.mapped(instance, place.data_offset, place.length - place.data_offset)

    def _inflated(self, ref: int) -> dict[str, bytes]:
        """Every JSON object of a pack, cut out of one inflated stream: commas lie between them."""
        data = pack.inflate(self._stream_of(ref))
        found: dict[str, bytes] = {}
        at = 1
        for sop_uid, content in self._contents_of(ref).items():
            found[sop_uid] = data[at : at + content.json_length]
            at += content.json_length + 1
        return found

    def _place_of(self, ref: int) -> packs.PackPlace:
        return self._places.get(ref, lambda: packs.pack_place(self._database, ref))

    def _contents_of(self, ref: int) -> pack.Contents:
        return self._contents.get(ref, lambda: packs.read_contents(self._reader.vault, self._place_of(ref)))

    def _stream_of(self, ref: int) -> bytes:
        return self._streams.get(ref, lambda: packs.read_metadata(self._reader.vault, self._place_of(ref)))


def _contents_size(contents: pack.Contents) -> int:
    return sum(256 + len(content.frames) for content in contents.values())
