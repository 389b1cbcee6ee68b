"""Whose turn it is with a series of another archive, over all processes of a machine: locks of files, gone with their holder.

A series has a `turn`, that one process at a time has, and may be `wanted` by any number that wait for it. What is brought ahead
of all wishes gives way while anything else is wanted.
"""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_WANTED = ".wanted"
_ANY = "any"
_OLD = 3600.0


class Turns:
    """One a process; the processes of a machine share a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def turn(self, study_uid: str, series_uid: str) -> Iterator[None]:
        """Wait for one's turn with a series, and have it."""
        with locked(self._place(study_uid, series_uid)):
            yield

    def is_taken(self, study_uid: str) -> bool:
        """Whether somebody has a turn with any series of a study."""
        return any(_is_locked(path) for path in self._folder.glob(f"{_hash(study_uid)}/*") if path.suffix != _WANTED)

    @contextmanager
    def wanting(self, study_uid: str, series_uid: str) -> Iterator[None]:
        """Say that somebody waits for a series."""
        place = self._place(study_uid, series_uid)
        with ExitStack() as stack:
            for path in (place.with_suffix(_WANTED), self._folder / _ANY):
                stack.enter_context(locked(path, shared=True))
            yield

    def is_wanted(self, study_uid: str, series_uid: str) -> bool:
        """Whether somebody waits for a series."""
        return _is_locked(self._place(study_uid, series_uid).with_suffix(_WANTED), shared=False)

    def is_any_wanted(self) -> bool:
        """Whether somebody waits for anything."""
        return _is_locked(self._folder / _ANY, shared=False)

    def tidy(self) -> None:
        """Remove what studies left behind of which nobody has asked for an hour."""
        before = time.time() - _OLD
        for folder in self._folder.glob("*/"):
            files = list(folder.iterdir())
            if folder.stat().st_mtime < before and not any(_is_locked(path, shared=False) for path in files):
                shutil.rmtree(folder, ignore_errors=True)

    def _place(self, study_uid: str, series_uid: str) -> Path:
        return self._folder / _hash(study_uid) / _hash(series_uid)


def _hash(uid: str) -> str:
    return hashlib.sha256(uid.encode()).hexdigest()[:32]


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a file's lock; others wait, but for those who share it."""
    descriptor = _made(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _made(path: Path) -> int:
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except FileNotFoundError:  # its folder was tidied away at this moment
            continue


def _is_locked(path: Path, *, shared: bool = True) -> bool:
    """Whether somebody holds a file's lock; with `shared`, those who share it do not count."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
