"""The landing: whole members only, space given back, nobody in another's segment."""

import errno
import os
from pathlib import Path

import pytest

from sixfold.archive.model import StorageFull
from sixfold.archive.store import landing as module
from sixfold.archive.store.landing import Landing, Transfer


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
