"""The landing: whole members only, space given back, nobody in another's segment."""

import errno
import os
import time
from pathlib import Path

import pytest

from sixfold.archive.model import StorageFull
from sixfold.archive.store import landing as module
from sixfold.archive.store.landing import Landing
from sixfold.archive.store.transfer import Transfer


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    names: list[str] = []

    def register(name: str) -> int:
        names.append(name)
        return len(names)

    return Landing(tmp_path / "landing", register, sync=True, segment_bytes=4096)


def _members(landing: Landing, path: Path) -> list[tuple[str, bytes]]:
    with path.open("rb") as file:
        return [
            (str(member.note.get("name")), os.pread(file.fileno(), member.length, member.offset))
            for member in module.members(file.fileno())
        ]


def _store(landing: Landing, name: str, *pieces: bytes) -> Path:
    transfer = Transfer(landing.acquire())
    for piece in pieces:
        transfer.write(piece)
    transfer.complete(f"{name}.dcm", {"name": name})
    landing.release(transfer.segment)
    return transfer.segment.path


def test_members_follow_each_other_in_one_segment(landing: Landing) -> None:
    path = _store(landing, "1.1", b"one")
    assert _store(landing, "1.2", b"two", b"three" * 300) == path
    assert _members(landing, path) == [("1.1", b"one"), ("1.2", b"two" + b"three" * 300)]


def test_a_large_piece_and_small_ones_keep_their_order(landing: Landing) -> None:
    pieces = [os.urandom(size) for size in (1, 300_000, 7, 262_144, 0, 5)]
    path = _store(landing, "1.1", *pieces)
    assert _members(landing, path) == [("1.1", b"".join(pieces))]


def test_two_transfers_never_share_a_segment(landing: Landing) -> None:
    first, second = Transfer(landing.acquire()), Transfer(landing.acquire())
    assert first.segment.path != second.segment.path


def test_a_discarded_transfer_leaves_nothing(landing: Landing) -> None:
    path = _store(landing, "1.1", b"kept")
    size = path.stat().st_size
    transfer = Transfer(landing.acquire())
    transfer.write(b"x" * 500_000)
    transfer.discard()
    landing.release(transfer.segment)
    assert path.stat().st_size == size
    assert _store(landing, "1.2", b"next") == path
    assert [name for name, _ in _members(landing, path)] == ["1.1", "1.2"]


def test_a_completed_transfer_can_still_be_discarded(landing: Landing) -> None:
    transfer = Transfer(landing.acquire())
    transfer.write(b"duplicate")
    transfer.complete("1.1.dcm", {})
    transfer.discard()
    landing.release(transfer.segment)
    assert _members(landing, transfer.segment.path) == []


def test_a_member_without_its_head_is_not_seen(landing: Landing) -> None:
    path = _store(landing, "1.1", b"whole")
    transfer = Transfer(landing.acquire())
    transfer.write(b"y" * 600_000)  # flushed in part, and then the process dies
    assert [name for name, _ in _members(landing, path)] == ["1.1"]


def test_a_large_segment_is_closed_and_a_new_one_begun(landing: Landing) -> None:
    first = _store(landing, "1.1", b"z" * 5000)
    assert _store(landing, "1.2", b"z") != first
    descriptor = module.try_lock(first)
    assert descriptor is not None
    os.close(descriptor)


def test_a_segment_in_use_cannot_be_locked(landing: Landing) -> None:
    path = _store(landing, "1.1", b"z")
    assert module.try_lock(path) is None
    landing.close()
    descriptor = module.try_lock(path)
    assert descriptor is not None
    os.close(descriptor)


def test_S4_a_full_disk_is_told_as_such_and_keeps_nothing(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _store(landing, "1.1", b"kept")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    transfer = Transfer(landing.acquire())
    monkeypatch.setattr(module.os, "pwrite", full)
    with pytest.raises(StorageFull, match="nothing of this object was kept"):
        transfer.write(b"x" * 300_000)
    monkeypatch.undo()
    transfer.discard()
    landing.release(transfer.segment)
    assert [name for name, _ in _members(landing, path)] == ["1.1"]


def _unnamed(folder: Path, name: str, *, age: float = 3600.0, data: bytes = b"") -> Path:
    """What a process leaves that dies while it makes a segment."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.unnamed"
    path.write_bytes(data)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_S4_what_is_left_of_a_segment_in_the_making_is_swept(landing: Landing) -> None:
    left, fresh = _unnamed(landing.folder, "left"), _unnamed(landing.folder, "fresh", age=1.0)
    path = _store(landing, "1.1", b"kept")
    assert module.sweep(landing.folder) == ["left.tar"]
    assert sorted(landing.folder.iterdir()) == sorted([fresh, path])
    assert not left.exists()
    assert [name for name, _ in _members(landing, path)] == ["1.1"]


def test_S4_a_segment_that_is_being_made_is_not_swept(landing: Landing) -> None:
    path = _unnamed(landing.folder, "made")
    maker = module.try_lock(path)
    assert maker is not None
    assert module.sweep(landing.folder) == []
    assert path.exists()
    os.close(maker)
    assert module.sweep(landing.folder) == ["made.tar"]


@pytest.mark.parametrize("taken", [True, False])
def test_S4_a_segment_that_gets_its_name_during_the_sweep_keeps_its_objects(
    landing: Landing, monkeypatch: pytest.MonkeyPatch, *, taken: bool
) -> None:
    """Its maker names it between the look and the lock: it stores, and closes or goes on."""
    unnamed = _unnamed(landing.folder, "late")
    lock = module.try_lock

    def naming(path: Path) -> int | None:
        maker = os.open(path, os.O_RDWR)
        module.fcntl.flock(maker, module.fcntl.LOCK_EX | module.fcntl.LOCK_NB)
        watched = os.open(path, os.O_RDWR)  # the sweep has opened it under its first name
        path.rename(path.with_suffix(".tar"))
        os.pwrite(maker, b"acknowledged", 0)
        if taken:
            os.close(watched)
            return lock(path.with_suffix(".tar"))
        os.close(maker)
        module.fcntl.flock(watched, module.fcntl.LOCK_EX | module.fcntl.LOCK_NB)
        os.utime(watched, (1.0, 1.0))
        return watched

    monkeypatch.setattr(module, "try_lock", naming)
    assert module.sweep(landing.folder) == []
    assert not unnamed.exists()
    assert (landing.folder / "late.tar").read_bytes() == b"acknowledged"


def test_S4_an_unnamed_segment_with_bytes_is_named_and_not_removed(landing: Landing) -> None:
    _unnamed(landing.folder, "odd", data=b"bytes")
    assert module.sweep(landing.folder) == []
    assert (landing.folder / "odd.tar").read_bytes() == b"bytes"
    assert not (landing.folder / "odd.unnamed").exists()


def test_S4_a_maker_whose_file_was_swept_fails_before_it_takes_a_byte(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It slept longer than anybody waits, between making its file and locking it."""
    lock = module.fcntl.flock

    def sleeping(descriptor: int, how: int) -> None:
        monkeypatch.undo()
        (unnamed,) = landing.folder.glob("*.unnamed")
        os.utime(unnamed, (1.0, 1.0))
        assert module.sweep(landing.folder) == [unnamed.with_suffix(".tar").name]
        lock(descriptor, how)

    monkeypatch.setattr(module.fcntl, "flock", sleeping)
    with pytest.raises(FileNotFoundError):
        landing.acquire()
    assert list(landing.folder.iterdir()) == []


def test_S4_a_segment_is_locked_before_recovery_can_see_it(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new segment that recovery found unlocked would be removed as empty, and what is then written to it be lost."""
    seen: list[list[Path]] = []
    lock = module.fcntl.flock

    def locking(descriptor: int, how: int) -> None:
        seen.append(list(landing.folder.glob("*.tar")))
        lock(descriptor, how)

    monkeypatch.setattr(module.fcntl, "flock", locking)
    transfer = Transfer(landing.acquire())
    assert seen == [[]]
    monkeypatch.undo()
    assert module.try_lock(transfer.segment.path) is None
