"""A ZIP made while it is sent: files as they are, of any size, nothing held."""

import io
import zipfile
from collections.abc import Iterable, Iterator

Entry = tuple[str, Iterable[bytes]]

_OLDEST = (1980, 1, 1, 0, 0, 0)  # the same files make the same archive


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken; has no position, so that lengths follow each file (APPNOTE 4.3.9)."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self.pieces.append(bytes(data))
        return len(data)

    def take(self) -> list[bytes]:
        pieces, self.pieces = self.pieces, []
        return pieces


def zipped(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The archive's bytes; medical images are stored, not compressed: that would cost more than it saves."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, pieces in entries:
            with archive.open(zipfile.ZipInfo(name, _OLDEST), "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece)
                    yield from sink.take()
            yield from sink.take()
    yield from sink.take()
