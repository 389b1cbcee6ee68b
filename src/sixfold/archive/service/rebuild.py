"""The index made anew from stored objects alone, and the proof that it equals the one in use."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from sixfold.archive import rules
from sixfold.archive.service.notes import arrival_of
from sixfold.archive.service.reject import replay_decisions
from sixfold.archive.store import landing, locate, rebuilding, segments, tar
from sixfold.archive.store.index import Arrival, Index, Placing
from sixfold.dicom.scan import scan
from sixfold.dicom.uids import transfer_syntax
from sixfold.kernel.database import Database
from sixfold.kernel.errors import Conflict, Damaged
from sixfold.kernel.objects import Objects

_BATCH = 500
_HEADER = 64 * 1024

Progress = Callable[[int, int], None]
"""Called with how many objects are done and how many there are."""


class _Found(msgspec.Struct, frozen=True):
    """One object in a container, before it is read."""

    sealed: bool
    container: int
    source: str
    member: tar.Member

    @property
    def order(self) -> tuple[bool, str]:
        """What is sealed was there before what is not; within each, what came first comes first."""
        return not self.sealed, self.member.note["at"]


class Rebuild:
    """Fills an empty index from the object store and the landing, in the order in which the objects came.

    The archive may be in use meanwhile: the landing is listed before the objects, so that nothing slips through between them.
    """

    def __init__(self, database: Database, objects: Objects, folder: Path, place: Placing) -> None:
        self._database = database
        self._place = place
        self._objects = objects
        self._folder = folder
        self._seen: set[str] = set()
        self._sealed_meanwhile = False

    def run(self, progress: Progress = lambda done, total: None) -> int:
        """Index everything that is stored; returns how many objects. Raises `Conflict` when the index is not empty."""
        if not locate.is_empty(self._database):
            raise Conflict("the index is not empty: set it aside first; nothing was changed")
        count = self._index([*self._landed(), *self._sealed()], progress)
        while self._sealed_meanwhile:  # what stood in those segments is in objects that have come since
            self._sealed_meanwhile = False
            count += self._index(list(self._sealed()), progress)
        with self._database.write() as transaction:
            rebuilding.attach_packs(transaction)
        replay_decisions(self._database, self._objects)
        return count

    def _index(self, found: list[_Found], progress: Progress) -> int:
        found.sort(key=lambda item: item.order)
        index, count = Index(self._database, self._place), 0
        for start in range(0, len(found), _BATCH):
            arrivals = list(self._arrivals(found[start : start + _BATCH]))
            with self._database.write(synced=False) as transaction:
                index.add(transaction, arrivals)
            count += len(arrivals)
            progress(min(start + _BATCH, len(found)), len(found))
        return count

    def _arrivals(self, found: list[_Found]) -> Iterator[Arrival]:
        for item in found:
            try:
                yield self._arrival(item)
            except FileNotFoundError:
                self._sealed_meanwhile = True

    def _sealed(self) -> Iterator[_Found]:
        for key in sorted(self._objects.keys("studies/")):
            if key.endswith(".tar") and key not in self._seen:
                self._seen.add(key)
                yield from self._of_object(key)

    def _of_object(self, key: str) -> Iterator[_Found]:
        members = list(_members_of(self._objects, key))
        named = {member.note.get("name"): member for member in members}
        with self._database.write(synced=False) as transaction:
            container = rebuilding.register(transaction, key, named["metadata.json.gz"], named["contents.msgpack"])
        for member in members:
            if "sha256" in member.note:
                yield _Found(True, container, key, member)

    def _landed(self) -> Iterator[_Found]:
        for path in sorted(self._folder.glob("*.tar")):
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                continue  # sealed since the folder was listed; the objects are listed later
            try:
                container = segments.container_of(self._database, path.name)
                for member in landing.members(descriptor):
                    yield _Found(False, container, path.name, member)
            finally:
                os.close(descriptor)

    def _arrival(self, found: _Found) -> Arrival:
        """Read the head of an object; that its bytes are as its digest says, the seal has proved."""
        member = found.member
        note, length = member.note, member.length - member.note["data"]
        syntax = transfer_syntax(note["syntax"])
        prefix = _HEADER
        while True:
            head = self._read(found, note["data"], min(prefix, length))
            seen = scan(head, syntax, rules.SCANNED_TAGS, whole=len(head) == length)
            if seen.complete or len(head) == length:
                break
            prefix *= 8
        return arrival_of(member, found.container, seen)

    def _read(self, found: _Found, offset: int, length: int) -> bytes:
        start = found.member.offset + offset
        if found.sealed:
            return self._objects.read(found.source, start, length)
        with (self._folder / found.source).open("rb") as file:
            file.seek(start)
            return file.read(length)


def _members_of(objects: Objects, key: str) -> Iterator[tar.Member]:
    """The members of a sealed tar; raises `Damaged` where one is not whole."""
    size, end = objects.size(key), 0
    for member in tar.members(lambda at, length: objects.read(key, at, length), size - len(tar.END)):
        end = member.end
        yield member
    if end != size - len(tar.END):
        raise Damaged(f"the tar {key} is broken at byte {end}")


def differences(live: Database, rebuilt: Database) -> list[str]:
    """How two indexes differ in what they say of patients, studies, series, instances and quarantine; empty when equal."""
    told: list[str] = []
    for name in rebuilding.COMPARED:
        told += _compare(name, rebuilding.facts(live, name), rebuilding.facts(rebuilt, name))
    return told


def _compare(name: str, live: Iterable[tuple[str, str]], rebuilt: Iterable[tuple[str, str]]) -> list[str]:
    one, other = dict(live), dict(rebuilt)
    told = [f"{name} {key}: only in the index in use" for key in sorted(one.keys() - other.keys())]
    told += [f"{name} {key}: only in what is stored" for key in sorted(other.keys() - one.keys())]
    return told + [f"{name} {key}: differs" for key in sorted(one.keys() & other.keys()) if one[key] != other[key]]
