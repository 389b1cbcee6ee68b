"""Assembling a study that stands in several archives where it can be read: in ours if that holds all of it, else in copies.

Whoever reads waits for what they ask for and no longer: an instance can be read once its own bytes are here, while the rest of
its series still comes. A series is believed to be whole only when its archive has said so.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Final, Protocol

from sixfold.archive.model import Located, Provenance
from sixfold.archive.service.archive import Archive
from sixfold.archive.service.intake import Intake
from sixfold.governance.model import SYSTEM
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.errors import NotFound, SixfoldError
from sixfold.viewer.model.federation import OWN
from sixfold.viewer.model.retrieval import (
    FEDERATION,
    STUDY_RETRIEVED,
    Assembled,
    Delivered,
    NothingCame,
    RemoteStudy,
    Wanted,
)
from sixfold.viewer.rules import retrieval as rules
from sixfold.viewer.service.bringing import Bringing, Urgency
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.service.fetching import GoesOn, Into, always
from sixfold.viewer.store.copies import CopiedSeries

_PIECE = 1 << 20
_MINUTE = 16  # characters of a moment
_AHEAD_AT_ONCE: Final = 4
ALL: Final = Wanted()
Copied = dict[tuple[str, str], CopiedSeries]


class Fetch(Protocol):
    """Whoever brings series of other archives; nothing is raised for what a peer does, it is told in `why`."""

    def fetch(self, source: str, study_uid: str, series_uid: str, into: Into) -> Delivered:
        """Bring a series of a source."""

    def fetch_one(self, source: str, names: tuple[str, str, str], into: Into) -> Delivered | None:
        """Bring an instance (study, series, SOP UID) ahead of its series; None where that cannot be."""


class Assembly:
    """One a process. Series are brought one by one, each by one process at a time, and only those that are asked for.

    What is brought for one reader is shown to another only as far as an archive delivered it that the other may see.
    """

    def __init__(self, database: Database, archive: Archive, copies: Copies, fetch: Fetch, clock: Clock = utc_now) -> None:
        self._database = database
        self._archive = archive
        self.copies = copies
        self._fetch = fetch
        self._clock = clock
        self._bringing = Bringing()
        self._ahead = Bringing(_AHEAD_AT_ONCE, "instance")
        self._touched: tuple[str, str] = ("", "")

    def assemble(self, remote: RemoteStudy, series_uid: str = "") -> Assembled:
        """Bring what is missing of a study, or of one series, and wait for it; raises `NotFound`, `NothingCame`."""
        wanted = Wanted(series_uid)
        found = self.look(remote, wanted)
        if found is not None:
            return found
        for job in self.begin(remote, wanted):
            job.result()
        return self.ended(remote, wanted)

    def look(self, remote: RemoteStudy, wanted: Wanted = ALL) -> Assembled | None:
        """What can be read now of what is wanted; None as long as it is to be brought.

        Raises `NotFound` where nobody has it, `NothingCame` where it was brought in vain.
        """
        ours = self._ours(remote.study_uid)
        if not remote.holdings or rules.is_whole(ours, remote.holdings):
            if not ours:
                raise NotFound("no archive that answers holds such a study, or it is closed to you")
            return Assembled(ours=True, missing=remote.missing)
        names = _series_of(remote, ours, wanted)
        if wanted.sop_uid and self.copies.has(remote.study_uid, wanted.sop_uid, _sources(remote, ours)):
            self._use(remote.study_uid)
            return Assembled(ours=False, instances=frozenset({wanted.sop_uid}), missing=remote.missing)
        copied = self.copies.series_of(remote.study_uid)
        waits = any(self._next(remote, ours, uid, copied) for uid in names)
        if waits and not wanted.so_far:
            return None
        coming = sum(rules.most(uid, ours, remote.holdings) or 1 for uid in names) if waits else 0
        try:
            return self._shown(remote, wanted, copied, coming)
        except NothingCame:
            if waits:
                return None
            raise

    def ended(self, remote: RemoteStudy, wanted: Wanted = ALL) -> Assembled:
        """What can be read once all was brought that could be; raises as `look`."""
        found = self.look(remote, wanted)
        return found if found is not None else self._shown(remote, wanted, self.copies.series_of(remote.study_uid))

    def begin(self, remote: RemoteStudy, wanted: Wanted = ALL) -> "list[Future[None]]":
        """Begin to bring what is wanted; a future for each series of it that is not whole. May read the database."""
        urgency = Urgency.NAMED if wanted.series_uid else Urgency.PART
        return [self._begin(remote, uid, urgency) for uid in self.due(remote, wanted)]

    def due(self, remote: RemoteStudy, wanted: Wanted = ALL) -> list[str]:
        """The series that are to be brought, small ones first."""
        ours = self._ours(remote.study_uid)
        copied = self.copies.series_of(remote.study_uid)
        found = [uid for uid in _series_of(remote, ours, wanted) if self._next(remote, ours, uid, copied)]
        return sorted(found, key=lambda uid: rules.most(uid, ours, remote.holdings))

    def _begin(self, remote: RemoteStudy, uid: str, urgency: Urgency) -> "Future[None]":
        def work() -> None:
            with self.copies.turns.wanting(remote.study_uid, uid):
                self.bring(remote, uid)

        return self._bringing.begin((remote.study_uid, uid, remote.sources), urgency, work)

    def begin_one(self, remote: RemoteStudy, wanted: Wanted) -> "Future[None] | None":
        """Begin to bring an instance ahead of its series; None where it is all of it."""
        if not wanted.sop_uid or rules.most(wanted.series_uid, {}, remote.holdings) == 1:
            return None
        key = (remote.study_uid, wanted.sop_uid, remote.sources)
        return self._ahead.begin(key, Urgency.NAMED, lambda: self._bring_one(remote, wanted))

    def _bring_one(self, remote: RemoteStudy, wanted: Wanted) -> None:
        names = remote.study_uid, wanted.series_uid, wanted.sop_uid
        for source in rules.order_of_sources(wanted.series_uid, {}, remote.holdings):
            if self.copies.has(remote.study_uid, wanted.sop_uid, remote.sources):
                return
            with self.copies.aside() as intake:
                self._fetch.fetch_one(source, names, Into(intake, self._came(source)))

    def close(self) -> None:
        """Begin nothing more."""
        self._bringing.close()
        self._ahead.close()

    def _ours(self, study_uid: str) -> dict[str, int]:
        try:
            return Counter(instance.series_uid for instance in self._archive.reader.locate(study_uid))
        except NotFound:
            return {}

    def _use(self, study_uid: str) -> None:
        """Say that a study is being looked at; once in a while, for every frame comes by here."""
        now = study_uid, to_text(self._clock())[:_MINUTE]
        if self._touched != now:
            self._touched = now
            self.copies.use(study_uid)

    def _shown(self, remote: RemoteStudy, wanted: Wanted, copied: Copied, coming: int = 0) -> Assembled:
        """What is here of what is wanted; raises `NothingCame`."""
        ours = self._ours(remote.study_uid)
        sources, names = _sources(remote, ours), _series_of(remote, ours, wanted)
        self._use(remote.study_uid)
        shown = self.copies.delivered_by(remote.study_uid, sources, wanted.series_uid)
        failed = {source: one.why for (uid, source), one in copied.items() if one.why and uid in names and source in sources}
        missing = {**remote.missing, **failed}
        if not shown:
            raise NothingCame("; ".join(f"{source}: {why}" for source, why in missing.items()) or "no archive delivered it")
        return Assembled(ours=False, instances=shown, missing=missing, coming=coming)

    def bring(self, remote: RemoteStudy, uid: str, goes_on: GoesOn = always, *, ahead: bool = False) -> bool:
        """Bring a series from its archives one after the other until it is whole; whether it was brought to an end.

        Waits for one's turn. What is brought `ahead` is asked for by nobody yet.
        """
        ours = self._ours(remote.study_uid)
        with self.copies.filling(remote.study_uid, uid) as intake:
            copied = self.copies.series_of(remote.study_uid)  # somebody may have brought it while we waited
            brought = list(self._bring_series(remote, ours, uid, copied, Into(intake, self._came(""), goes_on, ahead)))
        if noted := [(one, size) for one, size in brought if one is not None]:
            self._tell(remote.study_uid, noted, ahead=ahead)
        return len(noted) == len(brought)

    def _came(self, source: str) -> Provenance:
        return Provenance(FEDERATION, SYSTEM.actor, source, to_text(self._clock()))

    def _next(self, remote: RemoteStudy, ours: Mapping[str, int], uid: str, copied: Copied) -> str:
        """The source to ask next for a series; empty when it is whole, or all were asked within this minute."""
        most = rules.most(uid, ours, remote.holdings)
        order = rules.order_of_sources(uid, ours, remote.holdings)
        known = {source: copied[uid, source] for source in order if (uid, source) in copied}
        if any(not one.why and one.instances >= most for one in known.values()):
            return ""
        minute = to_text(self._clock())[:_MINUTE]
        due = [source for source in order if source not in known or known[source].fetched_at[:_MINUTE] != minute]
        return due[0] if due else ""

    def _bring_series(
        self, remote: RemoteStudy, ours: Mapping[str, int], uid: str, copied: Copied, into: Into
    ) -> Iterator[tuple[CopiedSeries | None, int]]:
        """Ask the sources of a series in turn until it is whole; yields what each delivered, and its bytes.

        None is what was left before its end: then it is as if it had not been asked for.
        """
        while source := self._next(remote, ours, uid, copied):
            into = replace(into, came=self._came(source))
            if source == OWN:
                delivered = self._copy(remote.study_uid, uid, into)
            else:
                delivered = self._fetch.fetch(source, remote.study_uid, uid, into)
            if delivered.left:
                yield None, delivered.bytes
                return
            copied[uid, source] = noted = self.copies.note(remote.study_uid, uid, source, delivered)
            self.copies.bell.ring(remote.study_uid)
            yield noted, delivered.bytes

    def _copy(self, study_uid: str, series_uid: str, into: Into) -> Delivered:
        """Copy a series of ours, since others hold further ones of the same study."""
        copied: set[str] = set()
        size = 0
        try:
            for instance in self._archive.reader.locate(study_uid, series_uid):
                self._copy_one(instance, into.intake, into.came)
                copied.add(instance.sop_uid)
                size += instance.place.length
        except SixfoldError as error:
            return Delivered(frozenset(copied), size, str(error))
        return Delivered(frozenset(copied), size)

    def _copy_one(self, instance: Located, intake: Intake, came: Provenance) -> None:
        reception = intake.receive(instance.transfer_syntax, instance.sop_class, instance.sop_uid, came)
        for piece in self._archive.reader.data_set(instance, _PIECE):
            reception.write(piece)
        reception.finish()

    def _tell(self, study_uid: str, brought: list[tuple[CopiedSeries, int]], *, ahead: bool) -> None:
        payload = {
            "study_uid": study_uid,
            "series": sorted({one.series_uid for one, _ in brought}),
            "sources": sorted({one.source for one, _ in brought if one.instances}),
            "missing": {one.source: one.why for one, _ in brought if one.why},
            "instances": sum(one.instances for one, _ in brought),
            "bytes": sum(size for _, size in brought),
            "ahead": ahead,
        }
        with self._database.write() as transaction:
            events.record(transaction, STUDY_RETRIEVED, subject=study_uid, actor=SYSTEM.actor, payload=payload)


def _sources(remote: RemoteStudy, ours: Mapping[str, int]) -> frozenset[str]:
    """The archives whose copies the reader may see."""
    return remote.sources | {OWN} if ours else remote.sources


def _series_of(remote: RemoteStudy, ours: Mapping[str, int], wanted: Wanted) -> list[str]:
    """The series that are wanted; raises `NotFound` for one that no archive holds."""
    every = rules.series_in(ours, remote.holdings)
    if wanted.series_uid and wanted.series_uid not in every:
        raise NotFound("no archive holds such a series")
    return [wanted.series_uid] if wanted.series_uid else every
