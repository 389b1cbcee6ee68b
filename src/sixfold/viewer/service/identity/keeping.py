"""Records as they come: from our own archive by the feed, from others by the rows that federation reads."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import orjson
from sqlalchemy import Connection

from sixfold.archive.service.patients import Patients, PatientTold
from sixfold.dicom import tags
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.events import BatchConsumer, Event
from sixfold.kernel.logs import logger
from sixfold.viewer.model.federation import OWN, Answer, Json
from sixfold.viewer.model.identity import Record
from sixfold.viewer.rules.federation import reading
from sixfold.viewer.rules.identity.blocks import blocks_of
from sixfold.viewer.rules.identity.names import read_name
from sixfold.viewer.rules.identity.records import judged_by, record_of, told_again
from sixfold.viewer.store.identity import records as store
from sixfold.viewer.store.identity.pairs import take_turn

CONSUMER = "viewer.identity"
_STORED = ("archive", "instances.stored")
_EVENTS, _STUDIES = 100, 100
_REMEMBERED, _WAITING, _AT_ONCE = 50_000, 20_000, 50


class Keeping:
    """Keeps what studies tell of patients. Telling the same twice, or in another order of archives, changes nothing more."""

    def __init__(self, database: Database, patients: Patients, clock: Clock) -> None:
        self._database = database
        self._patients = patients
        self._clock = clock
        self._begun = False
        self._consumer = BatchConsumer(database, CONSUMER, self._take)

    def follow(self) -> int:
        """Take what arrived in our own archive since; returns how many events were read.

        An index that was made anew has no events: where nothing is kept yet, it is read first.
        """
        if not self._begun:
            self._begun = True
            if self.is_empty():
                self.recount()
        return self._consumer.advance(_EVENTS)

    def recount(self) -> int:
        """Read every patient of our own archive from its index, as after a rebuild; returns how many studies told of one."""
        ref = count = 0
        while some := self._patients.told_after(ref, _STUDIES):
            self._keep(some)
            ref, count = some[-1].ref, count + len(some)
        return count

    def is_empty(self) -> bool:
        """Whether nothing is kept yet."""
        with self._database.read() as connection:
            return store.is_empty(connection)

    def see(self, rows: Sequence[tuple[str, Json]]) -> None:
        """Keep rows of other archives, each with its archive's key."""
        with self._database.write(synced=False) as transaction:
            take_turn(transaction.connection)
            for source, row in rows:
                number = self._put(transaction.connection, record_of(row))
                study_uid = reading.text(row, tags.STUDY_INSTANCE_UID)
                store.put_sighting(transaction.connection, source, study_uid, number, judged_by(row))

    def _take(self, transaction: Transaction, events: Sequence[Event]) -> None:
        take_turn(transaction.connection)
        studies = {event.subject for event in events if (event.part, event.kind) == _STORED}
        for told in self._patients.told_by(sorted(studies)):
            self._put(transaction.connection, _record(told))

    def _keep(self, told: Iterable[PatientTold]) -> None:
        with self._database.write(synced=False) as transaction:
            take_turn(transaction.connection)
            for one in told:
                self._put(transaction.connection, _record(one))

    def _put(self, connection: Connection, record: Record) -> int:
        """Insert a record or let it be told again; returns its number."""
        at, kept = to_text(self._clock()), store.find(connection, record.patient_key)
        if kept is None:
            number = store.insert(connection, record, _words(record), at)
            store.set_blocks(connection, number, blocks_of(record))
            return number
        again = told_again(kept.record, record.told)
        if again != kept.record:
            store.update(connection, again, _words(again), at)
            store.set_blocks(connection, again.key, blocks_of(again))
        return kept.record.key


def _record(told: PatientTold) -> Record:
    record = record_of(orjson.loads(told.attributes))
    assert record.patient_key == told.patient_key, "the archive and the viewer make one key of a patient"
    return record


def _words(record: Record) -> tuple[str, str]:
    name = read_name(record.told.name)
    return (name.family[:64], name.given[:64]) if name.whole else ("", "")


class Notebook:
    """What federation reads, noted for `Keeping` beside the searches, which never wait for it; `close` ends its thread."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._noted: OrderedDict[bytes, None] = OrderedDict()
        self._waiting: list[tuple[str, Json]] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def note(self, answer: Answer) -> None:
        """Note the rows of an answer that are new to this process; the archive itself follows the feed."""
        if answer.found is None or answer.source == OWN or answer.kept:
            return
        fresh = [(answer.source, row) for row in answer.found.rows]
        with self._lock:
            fresh = [one for one in fresh if self._is_new(one)]
            self._waiting += fresh[: max(0, _WAITING - len(self._waiting))]
            if fresh and self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="identity-notes", daemon=True)
                self._thread.start()
        if fresh:
            self._wake.set()

    def flush(self) -> None:
        """Keep all that is noted."""
        while True:
            with self._lock:
                some, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            if not some:
                return
            self._keeping.see(some)

    def close(self) -> None:
        """Keep the rest, and end."""
        with self._lock:
            self._closed, thread = True, self._thread
        self._wake.set()
        if thread is not None:
            thread.join(5.0)

    def _is_new(self, one: tuple[str, Json]) -> bool:
        token = blake2b(orjson.dumps(one, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
        if token in self._noted:
            self._noted.move_to_end(token)
            return False
        self._noted[token] = None
        if len(self._noted) > _REMEMBERED:
            self._noted.popitem(last=False)
        return True

    def _work(self) -> None:
        while not self._closed:
            self._wake.wait()
            self._wake.clear()
            try:
                self.flush()
            except Exception as error:  # noqa: BLE001 the thread's own edge: rows are seen again at the next search
                logger("viewer").error("what archives told of patients was not kept", extra={"error": str(error)})
