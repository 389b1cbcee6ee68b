"""Taking in: bytes to the landing as they come, then one row for each object, many rows in one transaction."""

import hashlib
import threading

from sixfold.archive import rules
from sixfold.archive.model import Outcome, Place, Provenance, Verdict
from sixfold.archive.store.index import Arrival, Index
from sixfold.archive.store.landing import Landing, Transfer
from sixfold.dicom import part10
from sixfold.dicom.scan import Scan, Truncated, check_structure, scan
from sixfold.dicom.uids import TransferSyntax, transfer_syntax
from sixfold.kernel import metrics
from sixfold.kernel.database import Database, DatabaseUnavailable

_FIRST_LOOK = 2048
_LONGEST_PREFIX = 4 << 20
_TRIES = 3


class Intake:
    """The one way in for every edge of a process. Thread-safe; `receive` gives a thread its own reception."""

    def __init__(self, database: Database, landing: Landing) -> None:
        self.landing = landing
        self._writer = _GroupCommit(database, Index(database))

    def receive(self, syntax_uid: str, sop_class: str, sop_uid: str, provenance: Provenance) -> "Reception":
        """Begin to take in one object, whose data set bytes are in transfer syntax `syntax_uid`."""
        return Reception(self, syntax_uid, (sop_class, sop_uid), provenance)

    def commit(self, arrival: Arrival) -> Outcome:
        """Give an arrival its row; returns when the transaction is committed."""
        return self._writer.commit(arrival)

    def close(self) -> None:
        """Let go of the landing's segments."""
        self.landing.close()


class Reception:
    """One object on its way in: `write` its data set, then `finish`, or `abort`, after which nothing of it is left."""

    def __init__(self, intake: Intake, syntax_uid: str, names: tuple[str, str], provenance: Provenance) -> None:
        self._intake = intake
        self._syntax_uid = syntax_uid
        self._syntax: TransferSyntax = transfer_syntax(syntax_uid)
        self._names = names
        self._provenance = provenance
        self._digest = hashlib.sha256()
        self._prefix: bytearray | None = bytearray()
        self._next_look = _FIRST_LOOK
        self._scan: Scan | None = None
        self._transfer: Transfer = intake.landing.begin()
        try:
            self._write_meta()
        except BaseException:
            self.abort()
            raise

    def _write_meta(self) -> None:
        meta = part10.file_meta_bytes(*self._names, self._syntax_uid)
        self._transfer.write(meta)
        self._data_offset = len(meta)

    def write(self, piece: bytes | memoryview) -> None:
        """Take the next bytes of the data set."""
        self._digest.update(piece)
        self._transfer.write(piece)
        if self._prefix is not None:
            self._look(self._prefix, piece)

    def _look(self, prefix: bytearray, piece: bytes | memoryview) -> None:
        """Scan what came so far, at doubling lengths, until the index tags are all there."""
        prefix += piece[: _LONGEST_PREFIX - len(prefix)]
        if len(prefix) < self._next_look:
            return
        found = scan(bytes(prefix), self._syntax, rules.INDEX_TAGS)
        if found.complete:
            self._scan = found
        if found.complete or len(prefix) >= _LONGEST_PREFIX:
            self._prefix = None
        self._next_look = 2 * len(prefix)

    def finish(self) -> Outcome:
        """Complete the object; returns once it is safe and indexed. Raises `Refused` and others, leaving nothing."""
        try:
            arrival = self._complete()
        except BaseException:
            self.abort()
            raise
        landing, transfer = self._intake.landing, self._transfer
        try:
            outcome = self._intake.commit(arrival)
        except BaseException:
            transfer.segment.close()  # perhaps it was committed: the bytes stay, and recovery decides
            raise
        if outcome.verdict is Verdict.DUPLICATE:
            transfer.discard()
        landing.end(transfer)
        metrics.INSTANCES_STORED.labels(self._provenance.edge, outcome.verdict.value).inc()
        metrics.BYTES_STORED.labels(self._provenance.edge).inc(transfer.length)
        return outcome

    def _complete(self) -> Arrival:
        found = self._whole_scan()
        described = rules.describe(found, self._syntax)
        rules.agree(described, *self._names)
        transfer, digest = self._transfer, self._digest.digest()
        pixel_offset = transfer.length if found.pixel_data_offset is None else self._data_offset + found.pixel_data_offset
        if self._syntax.deflated:
            pixel_offset = transfer.length
        note = {
            "sha256": digest.hex(),
            "syntax": self._syntax_uid,
            "data": self._data_offset,
            "at": self._provenance.received_at,
            "by": [self._provenance.edge, self._provenance.actor, self._provenance.source],
        }
        transfer.complete(f"{described.instance.sop_uid}.dcm", note, sync=self._intake.landing.sync)
        container, offset = transfer.segment.container, transfer.offset
        place = Place(container, offset, transfer.length, self._data_offset, pixel_offset)
        return Arrival(described, found, place, digest, self._syntax_uid, self._provenance)

    def _whole_scan(self) -> Scan:
        """The scan, after proof that the data set is whole (PS3.5 7.1): a cut transfer never becomes an object."""
        found = self._scan
        length = self._transfer.length - self._data_offset
        if found is not None and _pixels_fit(found, self._syntax, length):
            return found
        if self._prefix is not None and len(self._prefix) == length:
            return _scan_whole(bytes(self._prefix), self._syntax, found)
        with self._transfer.mapped() as member:
            data = memoryview(member)[self._data_offset :]
            try:
                return _scan_whole(data, self._syntax, found)
            finally:
                data.release()

    def abort(self) -> None:
        """Drop what came: the peer went away, or the object is refused."""
        try:
            self._transfer.discard()
        finally:
            self._intake.landing.end(self._transfer)


def _pixels_fit(found: Scan, syntax: TransferSyntax, length: int) -> bool:
    """Whether native pixel data of stated length is there to its end: then no element is cut."""
    if syntax.encapsulated or syntax.deflated or found.pixel_data_offset is None:
        return False
    return found.pixel_data_value_offset + found.pixel_data_length <= length


def _scan_whole(data: bytes | memoryview, syntax: TransferSyntax, found: Scan | None) -> Scan:
    structure = check_structure(data, syntax)
    if not structure.complete:
        raise Truncated(f"the object is not whole: {structure.problem or 'it ends inside an element'}")
    return found or scan(data, syntax, rules.INDEX_TAGS, whole=True)


class _Ticket:
    """An arrival that waits for its transaction."""

    __slots__ = ("arrival", "error", "outcome")

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.outcome: Outcome | None = None
        self.error: BaseException | None = None

    @property
    def done(self) -> bool:
        return self.outcome is not None or self.error is not None


class _GroupCommit:
    """One transaction for all who wait: whoever comes first commits for those who came meanwhile."""

    def __init__(self, database: Database, index: Index) -> None:
        self._database = database
        self._index = index
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._waiting: list[_Ticket] = []

    def commit(self, arrival: Arrival) -> Outcome:
        ticket = _Ticket(arrival)
        with self._lock:
            self._waiting.append(ticket)
        with self._turn:
            if not ticket.done:
                with self._lock:
                    batch, self._waiting = self._waiting, []
                self._commit_all(batch)
        if ticket.error is not None:
            raise ticket.error
        assert ticket.outcome is not None
        return ticket.outcome

    def _commit_all(self, batch: list[_Ticket]) -> None:
        """Commit the batch; if it fails, each alone, so that one object's fault is not another's."""
        if len(batch) > 1 and self._attempt(batch) is None:
            return
        for ticket in batch:
            if not ticket.done:
                ticket.error = self._attempt([ticket])

    def _attempt(self, batch: list[_Ticket]) -> BaseException | None:
        error: BaseException | None = None
        for _ in range(_TRIES):
            try:
                with self._database.write(synced=False) as transaction:
                    outcomes = self._index.add(transaction, [ticket.arrival for ticket in batch])
            except DatabaseUnavailable as failure:
                self._index.forget()
                error = failure
            except Exception as failure:  # noqa: BLE001 handed to the thread that waits for it
                self._index.forget()
                return failure
            else:
                metrics.INDEX_COMMITS.inc()
                for ticket, outcome in zip(batch, outcomes, strict=True):
                    ticket.outcome = outcome
                return None
        return error
