"""What stands in a sealed tar beside the objects: their metadata, and a table of contents.

`metadata.json.gz` is the DICOM JSON array of the series as one plain gzip stream. The compressor starts afresh before each
instance, so that one instance is inflated from its own offset; the whole is sent as it stands to a client that takes gzip.
`contents.msgpack` says for each instance where its JSON starts, how long it is, and where its frames are.
"""

import zlib
from pathlib import Path
from typing import BinaryIO

import msgspec

from sixfold.archive.store import tar
from sixfold.kernel.errors import Damaged

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_RAW = -15


class Content(msgspec.Struct, frozen=True, array_like=True):
    """One instance of a pack."""

    json_offset: int
    """Where its deflate block starts in the gzip stream."""
    json_length: int
    """Length of its JSON in bytes, inflated."""
    frames: bytes
    """Its frame table (`dicom.frames`), empty when it has no frames."""


Contents = dict[str, Content]
"""By SOP instance UID."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Contents).decode


class MetadataWriter:
    """Writes `metadata.json.gz` instance by instance into a file, holding none of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, _RAW)
        self._crc = 0
        self._length = 0
        self.size = file.write(_GZIP_HEAD)
        self.contents: Contents = {}

    def add(self, sop_uid: str, json: bytes, frames: bytes) -> None:
        """Append one instance's JSON object."""
        self._put(b"," if self.contents else b"[", zlib.Z_FULL_FLUSH)
        self.contents[sop_uid] = Content(self.size, len(json), frames)
        self._put(json, zlib.Z_NO_FLUSH)

    def _put(self, data: bytes, flush: int) -> None:
        self._crc = zlib.crc32(data, self._crc)
        self._length += len(data)
        self.size += self._file.write(self._deflate.compress(data) + self._deflate.flush(flush))

    def close(self) -> None:
        """End the array and the stream."""
        self._put(b"]" if self.contents else b"[]", zlib.Z_FINISH)
        trailer = self._crc.to_bytes(4, "little") + (self._length & 0xFFFFFFFF).to_bytes(4, "little")
        self.size += self._file.write(trailer)


def inflate(stream: bytes) -> bytes:
    """The whole JSON array of a `metadata.json.gz`; raises `Damaged`."""
    try:
        return zlib.decompress(stream, zlib.MAX_WBITS | 16)
    except zlib.error as error:
        raise Damaged(f"sealed metadata cannot be read: {error}") from error


def inflate_one(stream: bytes, content: Content) -> bytes:
    """One instance's JSON object."""
    try:
        data = zlib.decompressobj(_RAW).decompress(stream[content.json_offset :], content.json_length)
    except zlib.error as error:
        raise Damaged(f"sealed metadata cannot be read: {error}") from error
    if len(data) != content.json_length:
        raise Damaged("sealed metadata ends too soon")
    return data


def encode_contents(contents: Contents) -> bytes:
    """The bytes of `contents.msgpack`."""
    return _encode(contents)


def decode_contents(data: bytes) -> Contents:
    """The inverse; raises `Damaged`."""
    try:
        return _decode(data)
    except msgspec.MsgspecError as error:
        raise Damaged(f"a sealed table of contents cannot be read: {error}") from error


def append_member(file: BinaryIO, name: str, source: Path | bytes) -> tuple[int, int]:
    """Append a member to a tar that is being written; returns its file's offset and length."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    offset = file.tell() + tar.HEAD
    file.write(tar.head(name, size, {"name": name}))
    if isinstance(source, bytes):
        file.write(source)
    else:
        with source.open("rb") as reader:
            while piece := reader.read(1 << 20):
                file.write(piece)
    file.write(tar.padding(size))
    return offset, size
