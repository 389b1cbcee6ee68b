"""A member of a landing segment in the making: its bytes are gathered, digested and written as they come.

Once an object turns out to be large, digest and disk work in a thread of their own, one chunk behind the thread that receives.
"""

import hashlib
import mmap
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Final

from sixfold.archive.model import StorageFull
from sixfold.archive.store import tar
from sixfold.archive.store.landing import Segment

_WRITE_AT: Final = 256 << 10
_LARGE: Final = 4 << 20
_LARGE_WRITE_AT: Final = 1 << 20
_BEHIND: Final = ThreadPoolExecutor(8, "large")  # starts no thread before the first large object


class Transfer:
    """`preface`, `write` as bytes come, `digest`, then `complete`; or `discard`, after which nothing is left of it.

    Raises `StorageFull` from any of them when the landing takes no more. One thread at a time.
    """

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.head = segment.tail
        self.length = 0
        self._pending = bytearray()
        self._sha256 = hashlib.sha256()
        self._undigested = 0
        self._behind: Future[None] | None = None

    def preface(self, piece: bytes) -> None:
        """Begin the file with bytes that the digest leaves out."""
        self._undigested = len(piece)
        self._pending += piece
        self.length = len(piece)

    def write(self, piece: bytes | memoryview) -> None:
        """Append to the file; small pieces are gathered into large writes."""
        self._pending += piece
        self.length += len(piece)
        if len(self._pending) >= (_WRITE_AT if self.length < _LARGE else _LARGE_WRITE_AT):
            self._flush()

    def _flush(self) -> None:
        data, start = self._pending, self.offset + self.length - len(self._pending)
        self._pending = bytearray()
        self._settle()
        if self.length < _LARGE:
            self._put(data, start)
        else:
            self._behind = _BEHIND.submit(self._put, data, start)

    def _put(self, data: bytearray, start: int) -> None:
        self._digest(data)
        self.segment.write(data, start)
        self.segment.begin_writing(start, len(data))

    def _digest(self, data: bytearray) -> None:
        with memoryview(data) as view, view[self._undigested :] as digested:
            self._sha256.update(digested)
        self._undigested = 0

    def _settle(self) -> None:
        """Wait for the chunk that is under way, and take over its error."""
        behind, self._behind = self._behind, None
        if behind is not None:
            behind.result()

    @property
    def offset(self) -> int:
        """Where the file starts in its segment."""
        return self.head + tar.HEAD

    @contextmanager
    def mapped(self) -> Iterator[memoryview]:
        """The file's bytes so far, mapped and not read: for a look at what is too long to hold."""
        self._flush()
        self._settle()
        before = self.offset % mmap.ALLOCATIONGRANULARITY
        size = before + self.length
        start = self.offset - before
        with mmap.mmap(self.segment.descriptor, size, prot=mmap.PROT_READ, offset=start) as pages:
            view = memoryview(pages)
            part = view[before:]
            try:
                yield part
            finally:
                part.release()
                view.release()

    def digest(self) -> bytes:
        """SHA-256 of all bytes behind the preface; what follows is `complete`."""
        self._settle()
        self._digest(self._pending)
        return self._sha256.digest()

    def complete(self, name: str, note: dict[str, Any]) -> None:
        """Write the rest, then the head that makes the member whole; it is durable once its segment is synced."""
        self._settle()
        start = self.offset + self.length - len(self._pending)
        self._pending += tar.padding(self.length)
        self.segment.write(self._pending, start)
        self._pending.clear()
        self.segment.write(tar.head(name, self.length, note), self.head)
        self.segment.tail = self.offset + tar.padded(self.length)

    def discard(self) -> None:
        """Cut the member off again; the segment ends where it did before."""
        with suppress(StorageFull):
            self._settle()
        self._pending.clear()
        self.segment.cut(self.head)
