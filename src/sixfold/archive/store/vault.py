"""The vault: any byte range of any container, whether it stands in the landing or in the object store."""

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from sixfold.archive.store import tables as t
from sixfold.kernel.database import Database
from sixfold.kernel.errors import Damaged
from sixfold.kernel.objects import CHUNK, NoSuchObject, Objects, slices


class Vault:
    """Reads byte ranges by container number. Thread-safe; a container's key never changes, so keys are remembered."""

    def __init__(self, database: Database, landing: Path, objects: Objects) -> None:
        self._database = database
        self._landing = landing
        self.objects = objects
        self._keys: dict[int, tuple[str, str]] = {}

    def read(self, container: int, offset: int, length: int) -> bytes:
        """`length` bytes from `offset`; raises `NoSuchObject` when the container is gone, `Damaged` when it is short."""
        kind, key = self._key(container)
        if kind == "object":
            return self.objects.read(key, offset, length)
        return _read_segment(self._landing / key, offset, length)

    def stream(self, container: int, offset: int, length: int, chunk: int = CHUNK) -> Iterator[bytes]:
        """The same range in pieces of at most `chunk` bytes."""
        return (self.read(container, start, size) for start, size in slices(offset, length, chunk))

    @contextmanager
    def mapped(self, container: int, offset: int, length: int) -> Iterator[memoryview]:
        """The same range for a look that touches little of it: mapped from the landing, read from the object store."""
        kind, key = self._key(container)
        if kind == "object":
            yield memoryview(self.objects.read(key, offset, length))
            return
        with _mapped_segment(self._landing / key, offset, length) as view:
            yield view

    def _key(self, container: int) -> tuple[str, str]:
        known = self._keys.get(container)
        if known is not None:
            return known
        with self._database.read() as connection:
            row = connection.execute(
                sa.select(t.container.c.kind, t.container.c.key).where(t.container.c.id == container)
            ).first()
        if row is None:
            raise NoSuchObject(f"there is no container {container}")
        return self._keys.setdefault(container, (row.kind, row.key))


@contextmanager
def _mapped_segment(path: Path, offset: int, length: int) -> Iterator[memoryview]:
    before = offset % mmap.ALLOCATIONGRANULARITY
    descriptor = _open_segment(path)
    try:
        if os.fstat(descriptor).st_size < offset + length:
            raise Damaged(f"the segment {path.name} ends before {offset}+{length}")
        pages = mmap.mmap(descriptor, before + length, prot=mmap.PROT_READ, offset=offset - before)
    finally:
        os.close(descriptor)
    with pages, memoryview(pages) as everything, everything[before:] as view:
        yield view


def _read_segment(path: Path, offset: int, length: int) -> bytes:
    descriptor = _open_segment(path)
    try:
        data = os.pread(descriptor, length, offset)
    finally:
        os.close(descriptor)
    if len(data) < length:
        raise Damaged(f"the segment {path.name} ends {length - len(data)} bytes before {offset}+{length}")
    return data


def _open_segment(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise NoSuchObject(f"the segment {path.name} was sealed meanwhile") from error
