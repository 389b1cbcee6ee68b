"""Copies of series that other archives keep: an archive of their own beside ours, bounded, to be thrown away at any time.

Nothing in it is the only copy, so nothing in it is synced, sealed or promised. Each retrieval writes segments of its own, so
that a study's bytes go when the study goes. An instance can be read as soon as it is here itself, by whoever may see what its
archive has; that its series is whole is believed only once the archive has said all of it.
"""

import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sixfold.archive.model import Outcome, Provenance, Verdict
from sixfold.archive.service.archive import Archive, make_archive_aside
from sixfold.archive.service.intake import Also, Intake
from sixfold.archive.service.recovery import Recovery
from sixfold.archive.store import segments
from sixfold.archive.store.index import Arrival, new_segment
from sixfold.archive.store.landing import Landing
from sixfold.archive.store.purging import purge
from sixfold.archive.store.vault import Vault
from sixfold.governance import Governance
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.objects import FolderObjects
from sixfold.viewer.model.retrieval import FEDERATION, Delivered
from sixfold.viewer.service.bell import Bell
from sixfold.viewer.store import copies as store
from sixfold.viewer.store.copies import Came, CopiedSeries
from sixfold.viewer.store.turns import Turns, locked

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
        self.bell = Bell()
        """Rings when instances of a study came by this process."""
        self.turns = Turns(self.folder / "turns")
        self._landing = self.folder / "landing"
        self._database = Database(f"sqlite:///{self.folder / 'index.sqlite'}")
        with locked(self.folder / "tables.lock"):
            store.make_tables(self._database)
        vault = Vault(self._database, self._landing, FolderObjects(self.folder / "objects"))
        self.archive: Archive = make_archive_aside(self._database, self.intake(), vault, governance)

    def intake(self) -> Intake:
        """What takes instances in, with a segment of its own, for as long as one retrieval lasts."""
        landing = Landing(self._landing, self._new_segment, sync=False, segment_bytes=_SEGMENT_BYTES)
        return _Intake(self._database, landing, self._note_arrivals, self.bell)

    def _note_arrivals(self, transaction: Transaction, arrivals: list[Arrival], outcomes: list[Outcome]) -> None:
        """Write down within the transaction from whom each instance came, and what space it takes."""
        connection, now = transaction.connection, to_text(self._clock())
        grown = dict.fromkeys((outcome.study_uid for outcome in outcomes), 0)
        found: list[Came] = []
        for arrival, outcome in zip(arrivals, outcomes, strict=True):
            if outcome.verdict is not Verdict.DUPLICATE:
                grown[outcome.study_uid] += arrival.place.length
            if outcome.verdict is not Verdict.QUARANTINED:
                names = outcome.study_uid, outcome.sop_uid
                sources = _told(arrival.provenance) or store.senders(connection, *names)
                found += (Came(names[0], source, names[1], outcome.series_uid) for source in sources)
        store.came(connection, found)
        for study_uid, size in grown.items():
            store.grow(connection, study_uid, size, now)

    def _new_segment(self, name: str) -> int:
        return new_segment(self._database, name)

    def series_of(self, study_uid: str) -> dict[tuple[str, str], CopiedSeries]:
        """What was copied of a study, by Series Instance UID and source."""
        return store.series_of(self._database, study_uid)

    def delivered_by(self, study_uid: str, sources: Collection[str], series_uid: str = "") -> frozenset[str]:
        """The SOP Instance UIDs of a study that any of the sources delivered: what others delivered is not theirs to show."""
        return store.delivered_by(self._database, study_uid, sources, series_uid)

    def has(self, study_uid: str, sop_uid: str, sources: Collection[str]) -> bool:
        """Whether any of the sources delivered an instance of a study."""
        return store.has(self._database, study_uid, sop_uid, sources)

    def use(self, study_uid: str) -> None:
        """Say that a study is being looked at, so that it goes late."""
        store.touch(self._database, study_uid, to_text(self._clock()))

    @contextmanager
    def filling(self, study_uid: str, series_uid: str) -> Iterator[Intake]:
        """Wait for one's turn with a series, over all processes, and get what takes its instances in."""
        with self.turns.turn(study_uid, series_uid), self.aside() as intake:
            yield intake

    @contextmanager
    def aside(self) -> Iterator[Intake]:
        """What takes single instances in, whoever's turn it is with their series."""
        intake = self.intake()
        try:
            yield intake
        finally:
            intake.close()

    def is_filling(self, study_uid: str) -> bool:
        """Whether somebody waits for instances of a study, in whatever process."""
        return self.turns.is_taken(study_uid)

    @contextmanager
    def expecting(self, study_uid: str, series_uid: str, source: str, sop_uids: Iterable[str]) -> Iterator[None]:
        """While an archive sends instances on an association of its own: those it lists count as its."""
        store.expect(self._database, (Came(study_uid, source, uid, series_uid) for uid in sop_uids))
        try:
            yield
        finally:
            store.expect_no_more(self._database, study_uid, series_uid, source)

    def note(self, study_uid: str, series_uid: str, source: str, delivered: Delivered) -> CopiedSeries:
        """Write down what came of a series, and make room for it by what was not used for long."""
        now = to_text(self._clock())
        ended = CopiedSeries(series_uid, source, 0, delivered.why, now)
        ended = store.note(self._database, study_uid, ended, delivered)
        self._make_room(study_uid)
        return ended

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
        self.turns.tidy()
        return len(left) + Recovery(self._database, self._landing, _unsorted).run()

    def size(self) -> int:
        """The bytes of all copies."""
        return store.total(self._database)

    def close(self) -> None:
        """Let go of the database."""
        self.archive.close()
        self._database.close()


class _Intake(Intake):
    """An intake that rings when its instances can be read."""

    def __init__(self, database: Database, landing: Landing, also: Also, bell: Bell) -> None:
        super().__init__(database, landing, _unsorted, also)
        self._bell = bell

    def commit(self, arrivals: list[Arrival]) -> list[Outcome | BaseException]:
        """Give arrivals their rows, and say so."""
        results = super().commit(arrivals)
        for study_uid in {arrival.described.study_uid for arrival in arrivals}:
            self._bell.ring(study_uid)
        return results


def _told(came: Provenance) -> list[str]:
    """The archive that an instance came from, where we fetched it ourselves."""
    return [came.source] if came.edge == FEDERATION else []


def _remove_others(folder: Path, ours: Path) -> None:
    """Remove the copies that another version of the tables has made."""
    for other in folder.iterdir():
        if other.is_dir() and other != ours:
            shutil.rmtree(other, ignore_errors=True)
