"""Copies of series that other archives keep: an archive of their own beside ours, bounded, to be thrown away at any time.

Nothing in it is the only copy, so nothing in it is synced, sealed or promised. Each retrieval writes a segment of its own, so
that a study's bytes go when the study goes.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sixfold.archive.service.archive import Archive, make_archive_aside
from sixfold.archive.service.intake import Intake
from sixfold.archive.service.recovery import Recovery
from sixfold.archive.store import segments
from sixfold.archive.store.index import new_segment
from sixfold.archive.store.landing import Landing
from sixfold.archive.store.purging import purge
from sixfold.archive.store.vault import Vault
from sixfold.governance import Governance
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.objects import FolderObjects
from sixfold.viewer.model.retrieval import Delivered
from sixfold.viewer.store import copies as store
from sixfold.viewer.store.copies import CopiedSeries

_SEGMENT_BYTES = 1 << 40  # one a retrieval, however large
_LATELY = timedelta(minutes=1)
_LEFT_BEHIND = timedelta(hours=1)


def _unsorted(*_: object) -> int:
    """A copy's traits are those that its source's answer was sorted by: its own index needs none."""
    return 0


class Copies:
    """One a process; the processes of a machine share a folder. `limit` is in bytes."""

    def __init__(self, folder: Path, limit: int, governance: Governance, clock: Clock = utc_now) -> None:
        self.folder = folder / store.fingerprint()
        self._limit = limit
        self._clock = clock
        self.folder.mkdir(parents=True, exist_ok=True)
        _remove_others(folder, self.folder)
        self._landing = self.folder / "landing"
        self._database = Database(f"sqlite:///{self.folder / 'index.sqlite'}")
        with _locked(self.folder / "tables.lock"):
            store.make_tables(self._database)
        vault = Vault(self._database, self._landing, FolderObjects(self.folder / "objects"))
        self.archive: Archive = make_archive_aside(self._database, self.intake(), vault, governance)

    def intake(self) -> Intake:
        """What takes instances in, with a segment of its own, for as long as one retrieval lasts."""
        landing = Landing(self._landing, self._new_segment, sync=False, segment_bytes=_SEGMENT_BYTES)
        return Intake(self._database, landing, _unsorted)

    def _new_segment(self, name: str) -> int:
        return new_segment(self._database, name)

    def series_of(self, study_uid: str) -> dict[tuple[str, str], CopiedSeries]:
        """What was copied of a study, by Series Instance UID and source."""
        return store.series_of(self._database, study_uid)

    def delivered_by(self, study_uid: str, sources: Collection[str]) -> frozenset[str]:
        """The SOP Instance UIDs of a study that any of the sources delivered: what others delivered is not theirs to show."""
        return store.delivered_by(self._database, study_uid, sources)

    def use(self, study_uid: str) -> None:
        """Say that a study is being looked at, so that it goes late."""
        store.touch(self._database, study_uid, to_text(self._clock()))

    @contextmanager
    def filling(self, study_uid: str) -> Iterator[Intake]:
        """Wait for one's turn with a study, over all processes, and get what takes its instances in."""
        with _locked(self._turn(study_uid)):
            intake = self.intake()
            try:
                yield intake
            finally:
                intake.close()

    def is_filling(self, study_uid: str) -> bool:
        """Whether somebody waits for instances of a study, in whatever process."""
        try:
            descriptor = os.open(self._turn(study_uid), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _turn(self, study_uid: str) -> Path:
        return self.folder / "turns" / hashlib.sha256(study_uid.encode()).hexdigest()[:32]

    def note(self, study_uid: str, series_uid: str, source: str, delivered: Delivered) -> CopiedSeries:
        """Write down what came of a series, and make room for it by what was not used for long."""
        now = to_text(self._clock())
        came = CopiedSeries(series_uid, source, len(delivered.instances), delivered.why, now)
        store.note(self._database, study_uid, came, delivered, now)
        self._make_room(study_uid)
        return came

    def _make_room(self, newest: str) -> None:
        while store.total(self._database) > self._limit:
            before = to_text(self._clock() - _LATELY)
            victim = store.least_used(self._database, before)
            if victim is None or victim == newest:
                return  # all of it is being looked at: the bound gives way, not the reader
            self.drop(victim)

    def drop(self, study_uid: str) -> None:
        """Throw a study's copies away."""
        with self._database.write(synced=False) as transaction:
            containers = purge(transaction, study_uid)
            store.forget(transaction.connection, study_uid)
        for container in containers:
            name = segments.name_of(self._database, container)
            if name and segments.forget_if_empty(self._database, container):
                (self._landing / name).unlink(missing_ok=True)

    def tidy(self) -> int:
        """Throw away what processes left behind that died; returns how many studies and segments went."""
        before = to_text(self._clock() - _LEFT_BEHIND)
        left = [uid for uid in store.unnoted(self._database, before) if not self.is_filling(uid)]
        for study_uid in left:
            self.drop(study_uid)
        self._make_room("")
        return len(left) + Recovery(self._database, self._landing, _unsorted).run()

    def size(self) -> int:
        """The bytes of all copies."""
        return store.total(self._database)

    def close(self) -> None:
        """Let go of the database."""
        self.archive.close()
        self._database.close()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a file's lock; others wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_others(folder: Path, ours: Path) -> None:
    """Remove the copies that another version of the tables has made."""
    for other in folder.iterdir():
        if other.is_dir() and other != ours:
            shutil.rmtree(other, ignore_errors=True)
