"""The landing: where bytes stand from the moment they arrive until their series is sealed.

A process appends to segments of its own. A segment is a growing tar; whoever writes to it holds its lock, so that nobody frees
or recovers it meanwhile. A transfer checks a segment out, appends one member, and hands it back.
"""

import ctypes
import errno
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from sixfold.archive.model import StorageFull
from sixfold.archive.store import tar
from sixfold.kernel.ids import new_key
from sixfold.kernel.objects import sync_folder

_SYNC_FILE_RANGE_WRITE = 2
_UNNAMED = ".unnamed"
_MAKING = 60.0
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)

_libc = ctypes.CDLL(None, use_errno=True)


class Segment:
    """One growing tar, locked by its writer."""

    def __init__(self, path: Path, container: int) -> None:
        self.path = path
        self.container = container
        self.tail = 0
        self.touched = time.monotonic()
        # Locked before it has its name: else recovery could take a new segment for one left behind, and remove it.
        unnamed = path.with_suffix(_UNNAMED)
        self.descriptor = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            unnamed.rename(path)
        except OSError:
            os.close(self.descriptor)
            raise

    def sync(self) -> None:
        """Return once every byte is on the disk; raises `StorageFull`."""
        _sync(self.descriptor)

    def write(self, data: bytes | bytearray, offset: int) -> None:
        """Put bytes at a place; raises `StorageFull`."""
        try:
            written = os.pwrite(self.descriptor, data, offset)
            while written < len(data):
                with memoryview(data) as view:
                    written += os.pwrite(self.descriptor, view[written:], offset + written)
        except OSError as error:
            raise _full(error) from error

    def begin_writing(self, offset: int, length: int) -> None:
        """Let the disk begin with these bytes while others still come; durability stays the sync's matter, and so do errors."""
        _libc.sync_file_range(self.descriptor, ctypes.c_int64(offset), ctypes.c_int64(length), _SYNC_FILE_RANGE_WRITE)

    def cut(self, tail: int) -> None:
        """Drop what stands behind `tail`."""
        os.ftruncate(self.descriptor, tail)
        self.tail = tail

    def close(self) -> None:
        """Let go of the file; it becomes a matter for the seal."""
        os.close(self.descriptor)


def _sync(descriptor: int) -> None:
    try:
        os.fdatasync(descriptor)
    except OSError as error:
        raise _full(error) from error


def _full(error: OSError) -> Exception:
    if error.errno in _FULL:
        return StorageFull(f"the landing cannot take more: {error.strerror}; nothing of this object was kept")
    return error


class Landing:
    """The segments of one process. Thread-safe. `new_container` registers a segment's name and returns its container."""

    def __init__(self, folder: Path, new_container: Callable[[str], int], *, sync: bool, segment_bytes: int) -> None:
        self.folder = folder
        self.sync = sync
        self._new_container = new_container
        self._limit = segment_bytes
        self._idle: list[Segment] = []
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def acquire(self) -> Segment:
        """A segment for one writer's members, one after the other, until it is released."""
        with self._lock:
            segment = self._idle.pop() if self._idle else None
        return segment or self._create()

    def release(self, segment: Segment) -> None:
        """Hand a segment back; a large one is closed instead."""
        segment.touched = time.monotonic()
        if segment.tail >= self._limit:
            segment.close()
            return
        with self._lock:
            self._idle.append(segment)

    def rest(self, seconds: float) -> None:
        """Close segments that nobody has used for `seconds`, so that the seal can free them."""
        before = time.monotonic() - seconds
        with self._lock:
            old = [segment for segment in self._idle if segment.touched <= before]
            self._idle = [segment for segment in self._idle if segment.touched > before]
        for segment in old:
            segment.close()

    def close(self) -> None:
        """Close every segment that is at rest."""
        self.rest(-1.0)

    def _create(self) -> Segment:
        name = f"{new_key()}.tar"
        try:
            segment = Segment(self.folder / name, self._new_container(name))
            if self.sync:
                sync_folder(self.folder)
            return segment
        except OSError as error:
            raise _full(error) from error


def sweep(folder: Path) -> list[str]:
    """Remove what is left of segments whose maker died before they had a name; returns the names that they were to get.

    No acknowledged object is lost by this. A maker locks its file, then names it, and only then takes bytes in, which it
    acknowledges after the name is synced. So whoever holds the lock of a file that is still unnamed knows that its maker is
    dead, or will fail before it takes a byte: it cannot lock, or finds nothing to name. A maker that named its file between our
    look and our lock took the unnamed name away, and that name is all that is removed here. Makers at work are left in peace
    for `_MAKING` seconds. A file with bytes, which a disk may show that lost the new name with the power when nothing was
    synced, is given its name, and recovered like any other.
    """
    removed = []
    for unnamed in sorted(folder.glob(f"*{_UNNAMED}")):
        named = unnamed.with_suffix(".tar")
        with suppress(FileNotFoundError):  # it got its name meanwhile
            descriptor = try_lock(unnamed)
            if descriptor is None:
                continue
            try:
                state = os.fstat(descriptor)
                if time.time() - state.st_mtime < _MAKING:
                    continue
                if state.st_size:
                    unnamed.rename(named)
                    continue
                unnamed.unlink()
                removed.append(named.name)
            finally:
                os.close(descriptor)
    return removed


def members(descriptor: int) -> Iterator[tar.Member]:
    """The whole members of a segment in order; ends at the first half one."""
    return tar.members(lambda at, length: os.pread(descriptor, length, at), os.fstat(descriptor).st_size)


def try_lock(path: Path) -> int | None:
    """An open, locked descriptor of a segment without a writer; None when someone writes to it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
