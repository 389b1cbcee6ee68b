"""Frames and other bulk data as byte ranges: a frame of any object is one read, wherever it stands in it."""

from collections.abc import Iterator
from typing import Literal

import msgspec
import orjson

from sixfold.archive.model import Located
from sixfold.archive.service.cache import Cache
from sixfold.archive.service.metadata import MetadataService
from sixfold.archive.service.reader import Reader
from sixfold.dicom.bulk import NoBulkData, bulk_value
from sixfold.dicom.frames import FrameTable, frame_bytes
from sixfold.dicom.image import PIXEL_ELEMENTS, Image
from sixfold.dicom.structure import inflate
from sixfold.dicom.uids import EXPLICIT_LE, TransferSyntax, transfer_syntax
from sixfold.kernel.errors import NotFound, Unsupported

_TABLE_BYTES = 16 << 20
_IMAGES = 4096
_INFLATED_BYTES = 256 << 20
_LONGEST_HEADER = 1 << 30


class NoSuchFrame(NotFound):
    """The instance has no frame of that number, or none at all."""


class BulkData(msgspec.Struct, frozen=True):
    """A value of an instance: held in `data`, or the `length` bytes from `offset` of its Part 10 file."""

    tag: int
    vr: str
    length: int
    data: bytes | None = None
    offset: int = 0


class FrameService:
    """Gives frames and bulk data of visible instances as they are stored. Thread-safe."""

    def __init__(self, reader: Reader, metadata: MetadataService) -> None:
        self._reader = reader
        self._metadata = metadata
        self._tables: Cache[FrameTable] = Cache(_TABLE_BYTES, lambda table: 256 + 20 * len(table))
        self._images: Cache[Image] = Cache(_IMAGES, lambda _: 1)
        self._inflated: Cache[bytes] = Cache(_INFLATED_BYTES, len)

    def table(self, instance: Located) -> FrameTable:
        """Where the instance's frames are; raises `NoSuchFrame` when it has none that could be given one by one."""
        return self._tables.get((instance.instance_id, instance.digest), lambda: self._read_table(instance))

    def _read_table(self, instance: Located) -> FrameTable:
        stored = self._metadata.frames(instance)
        if not stored:
            raise NoSuchFrame(f"instance {instance.sop_uid} has no frames")
        return FrameTable.from_bytes(stored)

    def image(self, instance: Located) -> Image:
        """What the instance's attributes say of its pixels; raises `dicom.image.NotAnImage`."""
        return self._images.get((instance.instance_id, instance.digest), lambda: self._read_image(instance))

    def _read_image(self, instance: Located) -> Image:
        def bulk(uri: str) -> bytes:
            return self.held(instance, self.bulk(instance, uri.partition("/bulkdata/")[2]))

        return Image.from_json(orjson.loads(self._metadata.object(instance)), bulk)

    def stored(self, instance: Located, number: int) -> bytes:
        """Frame `number`, counted from 1, as it is stored (PS3.18 10.1.5); raises `NoSuchFrame`."""
        table = self.table(instance)
        if not 1 <= number <= len(table):
            raise NoSuchFrame(f"there is no frame {number}: instance {instance.sop_uid} has {len(table)}")
        frame = table[number - 1]
        return frame_bytes(self._read(instance, frame.offset, frame.length), frame)

    def all_stored(self, instance: Located) -> Iterator[bytes]:
        """Every frame in order, as they are stored; of a video, its one stream."""
        table = self.table(instance)
        for number in range(1, 2 if table.video else len(table) + 1):
            yield self.stored(instance, number)

    def _read(self, instance: Located, offset: int, length: int) -> bytes:
        """A range of the data set, of the inflated one if it is deflated (PS3.5 A.5)."""
        if transfer_syntax(instance.transfer_syntax).deflated:
            return self._plain(instance)[offset : offset + length]
        return self._reader.read(instance, instance.place.data_offset + offset, length)

    def _plain(self, instance: Located) -> bytes:
        def read() -> bytes:
            place = instance.place
            return inflate(self._reader.read(instance, place.data_offset, place.length - place.data_offset))

        return self._inflated.get((instance.instance_id, instance.digest), read)

    def header(self, instance: Located) -> tuple[bytes, TransferSyntax]:
        """The data set up to its pixel data, and the syntax to read it by; the whole where there are none."""
        syntax = transfer_syntax(instance.transfer_syntax)
        if syntax.deflated:
            return self._plain(instance), EXPLICIT_LE
        length = instance.place.pixel_offset - instance.place.data_offset
        if length > _LONGEST_HEADER:
            raise Unsupported(f"the attributes of instance {instance.sop_uid} take {length} bytes: retrieve it whole")
        return self._reader.read(instance, instance.place.data_offset, length), syntax

    def bulk(self, instance: Located, path: str) -> BulkData:
        """The value behind a bulk data path (PS3.18 10.1.6); raises `NoBulkData`."""
        if path.upper() in PIXEL_ELEMENTS and instance.place.pixel_offset < instance.place.length:
            return self._pixel_value(instance, path)
        try:
            data, syntax = self.header(instance)
            vr, value = bulk_value(data, syntax, path)
        except NoBulkData:
            vr, value = self._behind_pixels(instance, path)
        return BulkData(int(path[-8:], 16), vr, len(value), bytes(value))

    def _behind_pixels(self, instance: Located, path: str) -> tuple[str, memoryview]:
        """The value of an element that follows the pixel data, which only a walk over the whole data set finds."""
        place, syntax = instance.place, transfer_syntax(instance.transfer_syntax)
        if place.pixel_offset == place.length or path[:8].upper() <= "7FE00010":
            raise NoBulkData(f"{path[:128]!r} leads to no value of instance {instance.sop_uid}")
        with self._reader.mapped(instance, place.data_offset, place.length - place.data_offset) as data:
            vr, value = bulk_value(data, syntax, path)
            return vr, memoryview(bytes(value))

    def _pixel_value(self, instance: Located, path: str) -> BulkData:
        value = self.pixels(instance)
        if value.tag != int(path, 16):
            raise NoBulkData(f"the pixels of instance {instance.sop_uid} are in {value.tag:08X}")
        if transfer_syntax(instance.transfer_syntax).little_endian:
            return value
        data = b"".join(self.all_stored(instance))
        return BulkData(value.tag, value.vr, len(data), data)

    def pixels(self, instance: Located) -> BulkData:
        """The pixel data element as it stands: its native value, or all that follows the header of an encapsulated one."""
        place, syntax = instance.place, transfer_syntax(instance.transfer_syntax)
        head = self._reader.read(instance, place.pixel_offset, min(12, place.length - place.pixel_offset))
        order: Literal["little", "big"] = "little" if syntax.little_endian else "big"
        tag = int.from_bytes(head[:2], order) << 16 | int.from_bytes(head[2:4], order)
        start = 12 if syntax.explicit_vr else 8
        stated = int.from_bytes(head[start - 4 : start], order)
        vr = head[4:6].decode("ascii", "replace") if syntax.explicit_vr else "OW"
        return BulkData(tag, vr, min(stated, place.length - place.pixel_offset - start), None, place.pixel_offset + start)

    def held(self, instance: Located, value: BulkData) -> bytes:
        """The bytes of a bulk data value."""
        return value.data if value.data is not None else self._reader.read(instance, value.offset, value.length)
