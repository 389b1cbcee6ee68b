"""The object store port: immutable objects by key, read by byte range; a local folder, or any S3 by URL.

An object is written once and never changed. `put` returns only when the store answers for the bytes: a folder has synced them
and their name, S3 has acknowledged them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from sixfold.kernel.errors import Damaged, InvalidInput, NotFound, Unavailable
from sixfold.kernel.ids import new_key

CHUNK = 1 << 20


class ObjectsUnavailable(Unavailable):
    """The object store did not take or give the bytes; what was there before is untouched."""


class NoSuchObject(NotFound):
    """There is no object of that key."""


class Objects(Protocol):
    """What a store of objects can do; one contract suite runs on each adapter and on the fake."""

    def put(self, key: str, source: Path) -> None:
        """Store the file `source` under a new key."""

    def read(self, key: str, offset: int, length: int) -> bytes:
        """`length` bytes from `offset`; raises `NoSuchObject`, `Damaged` when there are fewer."""

    def size(self, key: str) -> int:
        """Length in bytes; raises `NoSuchObject`."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Every key that starts with `prefix`, in no promised order."""

    def delete(self, key: str) -> None:
        """Remove an object; no error when there is none."""


def slices(offset: int, length: int, chunk: int = CHUNK) -> Iterator[tuple[int, int]]:
    """The byte range as (offset, length) of pieces of at most `chunk` bytes."""
    end = offset + length
    return ((start, min(chunk, end - start)) for start in range(offset, end, chunk))


def stream(objects: Objects, key: str, offset: int, length: int, chunk: int = CHUNK) -> Iterator[bytes]:
    """A byte range in pieces of at most `chunk` bytes."""
    return (objects.read(key, start, size) for start, size in slices(offset, length, chunk))


def check_key(key: str) -> str:
    """A key is relative, of plain parts: it can never leave the store's root."""
    parts = key.split("/")
    if not key or any(part in ("", ".", "..") for part in parts) or "\\" in key or "\0" in key:
        raise InvalidInput(f"'{key}' cannot be a key of an object")
    return key


class FolderObjects:
    """Objects as plain files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    def put(self, key: str, source: Path) -> None:
        """Link or copy `source` in under a temporary name, sync it, then name it: no half object is ever seen."""
        path = self._path(key)
        with _io("write", key):
            _make_folder(path.parent)
            partial = path.with_name(f"{path.name}.{new_key()}.partial")  # two puts of one key do not meet
            try:
                _copy(source, partial)
                partial.rename(path)
            except OSError:
                partial.unlink(missing_ok=True)  # a full disk would be filled by what is left of each try
                raise
            sync_folder(path.parent)

    def read(self, key: str, offset: int, length: int) -> bytes:
        """See `Objects.read`."""
        with _io("read", key):
            descriptor = os.open(self._path(key), os.O_RDONLY | os.O_CLOEXEC)
            try:
                return _exactly(descriptor, offset, length, key)
            finally:
                os.close(descriptor)

    def size(self, key: str) -> int:
        """See `Objects.size`."""
        with _io("look at", key):
            return self._path(key).stat().st_size

    def keys(self, prefix: str = "") -> Iterator[str]:
        """See `Objects.keys`."""
        for folder, _, names in os.walk(self._root):
            for name in names:
                key = (Path(folder) / name).relative_to(self._root).as_posix()
                if key.startswith(prefix) and not key.endswith(".partial"):
                    yield key

    def delete(self, key: str) -> None:
        """See `Objects.delete`."""
        with _io("delete", key):
            self._path(key).unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    """Make a folder so that its name, too, outlives the machine's sudden end."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def _copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        with source.open("rb") as reader, target.open("wb") as writer:
            while piece := reader.read(CHUNK):
                writer.write(piece)
    with target.open("rb") as written:
        os.fsync(written.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a synced file whose name is lost with the machine is lost too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exactly(descriptor: int, offset: int, length: int, key: str) -> bytes:
    data = os.pread(descriptor, length, offset)
    if len(data) == length:
        return data
    pieces = [data]
    got = len(data)
    while got < length and pieces[-1]:
        pieces.append(os.pread(descriptor, length - got, offset + got))
        got += len(pieces[-1])
    if got < length:
        raise Damaged(f"{key} ends {length - got} bytes before the range {offset}+{length}")
    return b"".join(pieces)


@contextmanager
def _io(verb: str, key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NoSuchObject(f"there is no object {key}") from error
    except OSError as error:
        raise ObjectsUnavailable(f"could not {verb} {key}: {error.strerror}") from error


class S3Objects:
    """Objects in any S3 by way of obstore; `s3://bucket/prefix?endpoint=http://host:port&region=...`."""

    def __init__(self, url: str, secrets: dict[str, str] | None = None) -> None:
        import obstore

        parts = urlsplit(url)
        options = dict(item.split("=", 1) for item in parts.query.split("&") if "=" in item)
        endpoint = unquote(options.get("endpoint", ""))
        config: dict[str, Any] = {"region": options.get("region", "us-east-1"), **(secrets or {})}
        if parts.username:
            config["access_key_id"] = unquote(parts.username)
            config["secret_access_key"] = unquote(parts.password or "")
        if endpoint:
            config["endpoint"] = endpoint
        self._prefix = parts.path.strip("/")
        self._obstore = obstore
        self._store = obstore.store.S3Store(
            parts.hostname,
            config=config,  # type: ignore[arg-type]  # keys come from a URL
            client_options={"allow_http": endpoint.startswith("http://"), "timeout": "120s"},
            retry_config={"max_retries": 4},
        )

    def _key(self, key: str) -> str:
        return f"{self._prefix}/{check_key(key)}" if self._prefix else check_key(key)

    def put(self, key: str, source: Path) -> None:
        """See `Objects.put`; large files go up in parts."""
        with self._failing("write", key):
            self._obstore.put(self._store, self._key(key), source)

    def read(self, key: str, offset: int, length: int) -> bytes:
        """See `Objects.read`."""
        if length == 0:
            return b""
        try:
            with self._failing("read", key):
                data = bytes(self._obstore.get_range(self._store, self._key(key), start=offset, length=length))
        except ObjectsUnavailable:
            if self.size(key) > offset:
                raise
            data = b""  # the range begins past the end (HTTP 416), for which obstore has no error of its own
        if len(data) < length:
            raise Damaged(f"{key} ends {length - len(data)} bytes before the range {offset}+{length}")
        return data

    def size(self, key: str) -> int:
        """See `Objects.size`."""
        with self._failing("look at", key):
            return int(self._obstore.head(self._store, self._key(key))["size"])

    def keys(self, prefix: str = "") -> Iterator[str]:
        """See `Objects.keys`."""
        cut = len(self._prefix) + 1 if self._prefix else 0
        folder = f"{self._prefix}/{prefix}" if self._prefix else prefix
        folder = folder.rpartition("/")[0]
        with self._failing("list", prefix):
            for batch in self._obstore.list(self._store, prefix=folder or None):
                yield from (item["path"][cut:] for item in batch if item["path"][cut:].startswith(prefix))

    def delete(self, key: str) -> None:
        """See `Objects.delete`."""
        try:
            with self._failing("delete", key):
                self._obstore.delete(self._store, self._key(key))
        except NoSuchObject:
            return

    @contextmanager
    def _failing(self, verb: str, key: str) -> Iterator[None]:
        from obstore.exceptions import BaseError, NotFoundError

        try:
            yield
        except (NotFoundError, FileNotFoundError) as error:
            raise NoSuchObject(f"there is no object {key}") from error
        except (BaseError, OSError) as error:
            raise ObjectsUnavailable(f"could not {verb} {key}: {type(error).__name__}") from error


class MemoryObjects:
    """The fake: objects in a dictionary; `full` makes every put fail as a full disk does."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.full = False

    def put(self, key: str, source: Path) -> None:
        """See `Objects.put`."""
        if self.full:
            raise ObjectsUnavailable(f"could not write {key}: no space left")
        self.held[check_key(key)] = source.read_bytes()

    def read(self, key: str, offset: int, length: int) -> bytes:
        """See `Objects.read`."""
        data = self._held(key)[offset : offset + length]
        if len(data) < length:
            raise Damaged(f"{key} ends {length - len(data)} bytes before the range {offset}+{length}")
        return data

    def size(self, key: str) -> int:
        """See `Objects.size`."""
        return len(self._held(key))

    def keys(self, prefix: str = "") -> Iterator[str]:
        """See `Objects.keys`."""
        yield from [key for key in self.held if key.startswith(prefix)]

    def delete(self, key: str) -> None:
        """See `Objects.delete`."""
        self.held.pop(check_key(key), None)

    def _held(self, key: str) -> bytes:
        try:
            return self.held[check_key(key)]
        except KeyError:
            raise NoSuchObject(f"there is no object {key}") from None


def open_objects(url: str) -> Objects:
    """The store that a URL names: `file:///folder` or `s3://bucket/prefix?endpoint=...`."""
    scheme = urlsplit(url).scheme
    if scheme == "file":
        return FolderObjects(Path(unquote(url.removeprefix("file://"))))
    if scheme == "s3":
        return S3Objects(url)
    raise InvalidInput(f"an object store's URL starts with file:// or s3://, not with {scheme}://")
