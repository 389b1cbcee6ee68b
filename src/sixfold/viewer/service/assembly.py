"""Assembling a study that stands in several archives where it can be read: in ours if that holds all of it, else in copies."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Protocol

from sixfold.archive.model import Located, Provenance
from sixfold.archive.service.archive import Archive
from sixfold.archive.service.intake import Intake
from sixfold.governance.model import SYSTEM
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.errors import NotFound, SixfoldError
from sixfold.viewer.model.federation import OWN
from sixfold.viewer.model.retrieval import STUDY_RETRIEVED, Assembled, Delivered, NothingCame, RemoteStudy
from sixfold.viewer.rules import retrieval as rules
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.store.copies import CopiedSeries

_PIECE = 1 << 20
_MINUTE = 16  # characters of a moment


class Fetch(Protocol):
    """Whoever brings series of other archives."""

    def __call__(self, source: str, study_uid: str, series_uid: str, into: Intake, came: Provenance) -> Delivered:
        """Bring a series of a source into an intake; never raises for what a peer does, it is told in `why`."""


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

    def assemble(self, remote: RemoteStudy, series_uid: str = "") -> Assembled:
        """Bring what is missing of a study, or of one series; raises `NotFound` where nobody has it, `NothingCame`."""
        ours = self._ours(remote.study_uid)
        if not remote.holdings or rules.is_whole(ours, remote.holdings):
            if not ours:
                raise NotFound("no archive that answers holds such a study, or it is closed to you")
            return Assembled(ours=True, missing=remote.missing)
        every = rules.series_in(ours, remote.holdings)
        if series_uid and series_uid not in every:
            raise NotFound("no archive holds such a series")
        wanted = [series_uid] if series_uid else every
        failed = self._bring(remote, ours, wanted)
        self.copies.use(remote.study_uid)
        shown = self.copies.delivered_by(remote.study_uid, {*remote.sources, OWN} if ours else remote.sources)
        missing = {**remote.missing, **failed}
        if not shown:
            raise NothingCame("; ".join(f"{source}: {why}" for source, why in missing.items()) or "no archive delivered it")
        return Assembled(ours=False, instances=shown, missing=missing)

    def _ours(self, study_uid: str) -> dict[str, int]:
        try:
            return Counter(instance.series_uid for instance in self._archive.reader.locate(study_uid))
        except NotFound:
            return {}

    def _bring(self, remote: RemoteStudy, ours: Mapping[str, int], wanted: list[str]) -> dict[str, str]:
        """Bring those of the wanted series that are not whole; returns what went wrong, by source."""
        copied = self.copies.series_of(remote.study_uid)
        if any(self._next(remote, ours, uid, copied) for uid in wanted):
            with self.copies.filling(remote.study_uid) as intake:
                copied = self.copies.series_of(remote.study_uid)  # somebody may have brought them while we waited
                brought = [one for uid in wanted for one in self._bring_series(remote, ours, uid, copied, intake)]
            if brought:
                self._tell(remote.study_uid, brought)
        sources = {*remote.sources, OWN}
        return {source: one.why for (uid, source), one in copied.items() if one.why and uid in wanted and source in sources}

    def _next(
        self, remote: RemoteStudy, ours: Mapping[str, int], uid: str, copied: Mapping[tuple[str, str], CopiedSeries]
    ) -> str:
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
        self,
        remote: RemoteStudy,
        ours: Mapping[str, int],
        uid: str,
        copied: dict[tuple[str, str], CopiedSeries],
        intake: Intake,
    ) -> Iterator[tuple[CopiedSeries, int]]:
        """Ask the sources of a series in turn until it is whole; yields what each delivered, and its bytes."""
        while source := self._next(remote, ours, uid, copied):
            came = Provenance("federation", SYSTEM.actor, source, to_text(self._clock()))
            if source == OWN:
                delivered = self._copy(remote.study_uid, uid, intake, came)
            else:
                delivered = self._fetch(source, remote.study_uid, uid, intake, came)
            copied[uid, source] = noted = self.copies.note(remote.study_uid, uid, source, delivered)
            yield noted, delivered.bytes

    def _copy(self, study_uid: str, series_uid: str, intake: Intake, came: Provenance) -> Delivered:
        """Copy a series of ours, since others hold further ones of the same study."""
        copied: set[str] = set()
        size = 0
        try:
            for instance in self._archive.reader.locate(study_uid, series_uid):
                self._copy_one(instance, intake, came)
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

    def _tell(self, study_uid: str, brought: list[tuple[CopiedSeries, int]]) -> None:
        payload = {
            "study_uid": study_uid,
            "series": sorted({one.series_uid for one, _ in brought}),
            "sources": sorted({one.source for one, _ in brought if one.instances}),
            "missing": {one.source: one.why for one, _ in brought if one.why},
            "instances": sum(one.instances for one, _ in brought),
            "bytes": sum(size for _, size in brought),
        }
        with self._database.write() as transaction:
            events.record(transaction, STUDY_RETRIEVED, subject=study_uid, actor=SYSTEM.actor, payload=payload)
