"""Taking in: bytes to the landing as they come, then one row for each object, many rows in one transaction."""

import threading
from collections.abc import Callable

from sixfold.archive import rules
from sixfold.archive.model import Outcome, Provenance, StorageFull, Verdict
from sixfold.archive.service.notes import note_of, place_of
from sixfold.archive.store import tar
from sixfold.archive.store.index import Arrival, Index, Placing
from sixfold.archive.store.landing import Landing, Segment
from sixfold.archive.store.transfer import Transfer
from sixfold.dicom import part10
from sixfold.dicom.scan import Scan, Truncated, check_structure, scan
from sixfold.dicom.uids import TransferSyntax, transfer_syntax
from sixfold.kernel import metrics
from sixfold.kernel.database import Database, DatabaseUnavailable, Transaction

_FIRST_LOOK = 2048
_LONGEST_PREFIX = 4 << 20
_TRIES = 3

Also = Callable[[Transaction, list[Arrival], list[Outcome]], None]
"""Writes down within the transaction what else is to be known of what came."""


def _nothing(_transaction: Transaction, _arrivals: list[Arrival], _outcomes: list[Outcome]) -> None: ...


class Intake:
    """The one way in for every edge of a process. Thread-safe; `receive` gives a thread its own reception."""

    def __init__(self, database: Database, landing: Landing, place: Placing, also: Also = _nothing) -> None:
        self.landing = landing
        self.place = place
        self._writer = _GroupCommit(database, Index(database, place), also)

    def receive(self, syntax_uid: str, sop_class: str, sop_uid: str, provenance: Provenance) -> "Reception":
        """Begin to take in one object, whose data set bytes are in transfer syntax `syntax_uid`."""
        return self.batch().receive(syntax_uid, sop_class, sop_uid, provenance)

    def batch(self) -> "Batch":
        """Begin to take in several objects that share a sync and a transaction."""
        return Batch(self)

    def commit(self, arrivals: list[Arrival]) -> list[Outcome | BaseException]:
        """Give arrivals their rows; returns when the transactions are committed, with an error where one was not."""
        return self._writer.commit(arrivals)

    def close(self) -> None:
        """Let go of the landing's segments."""
        self.landing.close()


class Batch:
    """Objects one behind the other in one segment. Each is received and completed, then all of them are settled at once."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._segment: Segment | None = None
        self._arrivals: list[Arrival] = []
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._arrivals)

    def receive(self, syntax_uid: str, sop_class: str, sop_uid: str, provenance: Provenance) -> "Reception":
        """Begin to take in the next object; the one before is complete or dropped."""
        return Reception(self, syntax_uid, (sop_class, sop_uid), provenance)

    def begin(self) -> Transfer:
        """The next member of the batch's segment."""
        if self._segment is None:
            self._segment = self._intake.landing.acquire()
        return Transfer(self._segment)

    def add(self, arrival: Arrival) -> None:
        """An object is complete."""
        self._arrivals.append(arrival)
        self.bytes += arrival.place.length

    def settle(self) -> list[Outcome | BaseException]:
        """Sync and index what is complete and give the segment back; an outcome or an error for each object, in order."""
        segment, self._segment = self._segment, None
        if segment is None:
            return []
        arrivals, landing = self._arrivals, self._intake.landing
        if not arrivals:
            landing.release(segment)
            return []
        try:
            if landing.sync:
                segment.sync()
        except StorageFull as error:
            segment.cut(_head_of(arrivals[0]))
            landing.release(segment)
            return [error] * len(arrivals)
        results = self._commit(segment, arrivals)
        for arrival, result in zip(arrivals, results, strict=True):
            _count(arrival, result)
        return results

    def _commit(self, segment: Segment, arrivals: list[Arrival]) -> list[Outcome | BaseException]:
        try:
            results = self._intake.commit(arrivals)
        except BaseException:
            segment.close()
            raise
        if any(isinstance(result, BaseException) for result in results):
            segment.close()  # perhaps it was committed: the bytes stay, and recovery decides
            return results
        tail = segment.tail
        for arrival, result in zip(reversed(arrivals), reversed(results), strict=True):
            if not isinstance(result, Outcome) or result.verdict is not Verdict.DUPLICATE:
                break
            tail = _head_of(arrival)
        if tail < segment.tail:
            segment.cut(tail)  # a duplicate before others keeps its place, without a row, until the segment is freed
        self._intake.landing.release(segment)
        return results


def _head_of(arrival: Arrival) -> int:
    return arrival.place.offset - tar.HEAD


def _count(arrival: Arrival, result: Outcome | BaseException) -> None:
    if isinstance(result, Outcome):
        edge = arrival.provenance.edge
        metrics.INSTANCES_STORED.labels(edge, result.verdict.value).inc()
        metrics.BYTES_STORED.labels(edge).inc(arrival.place.length)


class Reception:
    """One object on its way in: `write` its data set, then `finish`, or `abort`, after which nothing of it is left.

    In a batch of several it is `complete`d or `drop`ped instead, and the batch is settled later.
    """

    def __init__(self, batch: Batch, syntax_uid: str, names: tuple[str, str], provenance: Provenance) -> None:
        self._batch = batch
        self._syntax_uid = syntax_uid
        self._syntax: TransferSyntax = transfer_syntax(syntax_uid)
        self._names = names
        self._provenance = provenance
        self._prefix: bytearray | None = bytearray()
        self._next_look = _FIRST_LOOK
        self._scan: Scan | None = None
        self._transfer: Transfer = batch.begin()
        self._write_meta()

    def _write_meta(self) -> None:
        meta = part10.file_meta_bytes(*self._names, self._syntax_uid)
        self._transfer.preface(meta)
        self._data_offset = len(meta)

    def write(self, piece: bytes | memoryview) -> None:
        """Take the next bytes of the data set."""
        self._transfer.write(piece)
        if self._prefix is not None:
            self._look(self._prefix, piece)

    def _look(self, prefix: bytearray, piece: bytes | memoryview) -> None:
        """Scan what came so far, at doubling lengths, until the index tags are all there."""
        prefix += piece[: _LONGEST_PREFIX - len(prefix)]
        if len(prefix) < self._next_look:
            return
        found = scan(bytes(prefix), self._syntax, rules.SCANNED_TAGS)
        if found.complete:
            self._scan = found
        if found.complete or len(prefix) >= _LONGEST_PREFIX:
            self._prefix = None
        self._next_look = 2 * len(prefix)

    def finish(self) -> Outcome:
        """Complete the object; returns once it is safe and indexed. Raises `Refused` and others, leaving nothing."""
        try:
            self.complete()
        except BaseException:
            self._batch.settle()
            raise
        (result,) = self._batch.settle()
        if isinstance(result, BaseException):
            raise result
        return result

    def complete(self) -> None:
        """Make the object a whole member of the segment; it is safe once its batch is settled. Raises `Refused` and others."""
        try:
            arrival = self._arrival()
        except BaseException:
            self.drop()
            raise
        self._batch.add(arrival)

    def _arrival(self) -> Arrival:
        found = self._whole_scan()
        described = rules.describe(found, self._syntax)
        rules.agree(described, *self._names)
        transfer, digest = self._transfer, self._transfer.digest()
        note = note_of(digest, self._syntax_uid, self._data_offset, self._provenance)
        transfer.complete(f"{described.instance.sop_uid}.dcm", note)
        span = transfer.offset, transfer.length
        place = place_of(transfer.segment.container, span, self._data_offset, found, self._syntax)
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

    def drop(self) -> None:
        """Forget what came: the object is refused, or was cut."""
        self._transfer.discard()

    def abort(self) -> None:
        """Drop what came, and its batch with it: the peer went away."""
        try:
            self.drop()
        finally:
            self._batch.settle()


def _pixels_fit(found: Scan, syntax: TransferSyntax, length: int) -> bool:
    """Whether native pixel data of stated length is there to its end: then no element is cut."""
    if syntax.encapsulated or syntax.deflated or found.pixel_data_offset is None:
        return False
    return found.pixel_data_value_offset + found.pixel_data_length <= length


def _scan_whole(data: bytes | memoryview, syntax: TransferSyntax, found: Scan | None) -> Scan:
    structure = check_structure(data, syntax)
    if not structure.complete:
        raise Truncated(f"the object is not whole: {structure.problem or 'it ends inside an element'}")
    return found or scan(data, syntax, rules.SCANNED_TAGS, whole=True)


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

    @property
    def result(self) -> Outcome | BaseException:
        result = self.outcome or self.error
        assert result is not None
        return result


class _GroupCommit:
    """One transaction for all who wait: whoever comes first commits for those who came meanwhile."""

    def __init__(self, database: Database, index: Index, also: Also) -> None:
        self._database = database
        self._index = index
        self._also = also
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._waiting: list[_Ticket] = []

    def commit(self, arrivals: list[Arrival]) -> list[Outcome | BaseException]:
        tickets = [_Ticket(arrival) for arrival in arrivals]
        with self._lock:
            self._waiting += tickets
        with self._turn:
            if not all(ticket.done for ticket in tickets):
                with self._lock:
                    batch, self._waiting = self._waiting, []
                self._commit_all(batch)
        return [ticket.result for ticket in tickets]

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
                arrivals = [ticket.arrival for ticket in batch]
                with self._database.write(synced=False) as transaction:
                    outcomes = self._index.add(transaction, arrivals)
                    self._also(transaction, arrivals, outcomes)
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
