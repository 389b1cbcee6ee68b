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
from sixfold.viewer.model.retrieval import OURS, STUDY_RETRIEVED, Assembled, Delivered, NothingCame, RemoteStudy
from sixfold.viewer.rules import retrieval as rules
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.store.copies import CopiedSeries

_PIECE = 1 << 20


class Remotes(Protocol):
    """The other archives of the enterprise."""

    def find(self, study_uid: str) -> RemoteStudy | None:
        """Who holds the study; None when nobody says so. Believed for a short while."""

    def remembered(self, study_uid: str) -> RemoteStudy | None:
        """What `find` last found, without asking anybody."""

    def fetch(self, source: str, study_uid: str, series_uid: str, into: Intake, came: Provenance) -> Delivered:
        """Bring a series of a source into an intake; never raises for what a peer does, it is told in `why`."""


class Assembly:
    """One a process. Series are brought one by one, each by one process at a time, and only those that are asked for."""

    def __init__(self, database: Database, archive: Archive, copies: Copies, remotes: Remotes, clock: Clock = utc_now) -> None:
        self._database = database
        self._archive = archive
        self.copies = copies
        self._remotes = remotes
        self._clock = clock

    def find(self, study_uid: str) -> RemoteStudy | None:
        """Who else holds the study; None when nobody says so."""
        return self._remotes.find(study_uid)

    def assemble(self, study_uid: str, series_uid: str = "") -> Assembled:
        """Bring what is missing of a study, or of one series; raises `NotFound` where nobody has it, `NothingCame`."""
        remote = self._remotes.find(study_uid)
        ours = self._ours(study_uid)
        if remote is None or rules.is_whole(ours, remote.holdings):
            if not ours:
                raise NotFound("no archive holds such a study")
            return Assembled(ours=True, missing=remote.missing if remote else {})
        every = rules.series_in(ours, remote.holdings)
        if series_uid and series_uid not in every:
            raise NotFound("no archive holds such a series")
        wanted = [series_uid] if series_uid else every
        copied = self._bring(remote, ours, wanted)
        self.copies.use(study_uid)
        missing = dict(remote.missing)
        for one in wanted:
            missing |= copied[one].missing
        if not any(copied[one].instances for one in wanted):
            raise NothingCame("; ".join(f"{source}: {why}" for source, why in missing.items()) or "no archive delivered it")
        return Assembled(ours=False, missing=missing)

    def _ours(self, study_uid: str) -> dict[str, int]:
        try:
            return Counter(instance.series_uid for instance in self._archive.reader.locate(study_uid))
        except NotFound:
            return {}

    def _bring(self, remote: RemoteStudy, ours: Mapping[str, int], wanted: list[str]) -> Mapping[str, CopiedSeries]:
        """The copies of the wanted series, after those that are not whole were brought."""
        copied = self.copies.series_of(remote.study_uid)
        if not any(self._is_due(remote, ours, uid, copied) for uid in wanted):
            return copied
        with self.copies.filling(remote.study_uid) as intake:
            copied = self.copies.series_of(remote.study_uid)  # somebody may have brought them while we waited
            due = [uid for uid in wanted if self._is_due(remote, ours, uid, copied)]
            brought = [self._bring_series(remote, ours, uid, intake) for uid in due]
            size = sum(delivered for _, delivered in brought)
            found = [series for series, _ in brought]
            self.copies.note(remote.study_uid, found, size)
        if found:
            self._tell(remote.study_uid, found, size)
        return copied | {series.series_uid: series for series in found}

    def _is_due(self, remote: RemoteStudy, ours: Mapping[str, int], uid: str, copied: Mapping[str, CopiedSeries]) -> bool:
        """Whether a series is not copied, or has grown, or lacks what can be tried again after a while."""
        known = copied.get(uid)
        if known is None:
            return True
        grown = known.instances < rules.most(uid, ours, remote.holdings)
        return grown and to_text(self._clock())[:16] != known.fetched_at[:16]

    def _bring_series(self, remote: RemoteStudy, ours: Mapping[str, int], uid: str, intake: Intake) -> tuple[CopiedSeries, int]:
        """Ask the sources of a series in turn until it is whole."""
        most = rules.most(uid, ours, remote.holdings)
        sources: list[str] = []
        missing: dict[str, str] = {}
        instances = size = 0
        for source in rules.order_of_sources(uid, ours, remote.holdings):
            delivered = self._fetch(source, remote.study_uid, uid, intake)
            size += delivered.bytes
            instances = max(instances, delivered.instances)
            if delivered.instances:
                sources.append(source)
            if delivered.why:
                missing[source] = delivered.why
            elif instances >= most:
                break
        return CopiedSeries(uid, instances, tuple(sources), missing, to_text(self._clock())), size

    def _fetch(self, source: str, study_uid: str, series_uid: str, intake: Intake) -> Delivered:
        came = Provenance("federation", SYSTEM.actor, source, to_text(self._clock()))
        if source == OURS:
            return self._copy(study_uid, series_uid, intake, came)
        return self._remotes.fetch(source, study_uid, series_uid, intake, came)

    def _copy(self, study_uid: str, series_uid: str, intake: Intake, came: Provenance) -> Delivered:
        """Copy a series of ours, since others hold further ones of the same study."""
        count = size = 0
        try:
            for instance in self._archive.reader.locate(study_uid, series_uid):
                size += self._copy_one(instance, intake, came)
                count += 1
        except SixfoldError as error:
            return Delivered(count, size, str(error))
        return Delivered(count, size)

    def _copy_one(self, instance: Located, intake: Intake, came: Provenance) -> int:
        reception = intake.receive(instance.transfer_syntax, instance.sop_class, instance.sop_uid, came)
        pieces: Iterator[bytes] = self._archive.reader.data_set(instance, _PIECE)
        for piece in pieces:
            reception.write(piece)
        reception.finish()
        return instance.place.length

    def _tell(self, study_uid: str, found: list[CopiedSeries], size: int) -> None:
        missing: dict[str, str] = {}
        for series in found:
            missing |= series.missing
        payload = {
            "study_uid": study_uid,
            "series": [series.series_uid for series in found],
            "sources": sorted({source for series in found for source in series.sources}),
            "missing": missing,
            "instances": sum(series.instances for series in found),
            "bytes": size,
        }
        with self._database.write() as transaction:
            events.record(transaction, STUDY_RETRIEVED, subject=study_uid, actor=SYSTEM.actor, payload=payload)
