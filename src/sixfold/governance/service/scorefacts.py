"""The facts of scorecards, taken from the feed as it grows."""

from typing import Any

from sixfold.governance.model.scorecards import UNASSIGNED, Arrived, Asked, Broken, Misfiled, Reviewed, Sealed, Sorted
from sixfold.governance.model.standing import StudyAttributes
from sixfold.governance.rules import scorecards as decide
from sixfold.governance.rules.scorefacts import HEARD, fact_of
from sixfold.governance.service.standing import Standing
from sixfold.governance.store import scorecards as store
from sixfold.kernel import events
from sixfold.kernel.clock import to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.events import Consumer, Event

CONSUMER = "governance.scorecards"
_STEP = 1000
_NOTHING = StudyAttributes("", "", "", "", "", "", 0)


class ScoreFacts:
    """A consumer of the feed; the worker's `advance` takes, and every process counts what was taken."""

    def __init__(self, database: Database, standing: Standing) -> None:
        self._database = database
        self._standing = standing
        self._facts = store.Facts(database.dialect)
        self._consumer = Consumer(database, CONSUMER, self.take)

    def advance(self) -> int:
        """Take the facts of further events; returns how many events were read, 0 when there are none."""
        return self._consumer.advance(_STEP)

    def recount(self) -> None:
        """Forget every fact; the feed is read again from its beginning."""
        self._consumer.replay(lambda transaction: store.forget(transaction.connection))

    def behind(self) -> int:
        """How far the facts are behind the feed, in sequence numbers."""
        return max(0, events.last(self._database) - self._consumer.offset())

    def take(self, transaction: Transaction, event: Event) -> None:
        """Take the fact of an event; twice, or in another order, comes to the same."""
        if (event.part, event.kind) not in HEARD:
            return
        connection = transaction.connection
        match fact_of(event):
            case Arrived() as fact:
                self._facts.arrived(connection, fact, self._attributes(fact.study_uid))
            case Sealed() as fact:
                self._facts.sealed(connection, fact, self._attributes(fact.study_uid))
            case Sorted() as fact:
                self._facts.sorted(connection, fact, self._attributes(fact.study_uid))
            case Asked() as fact:
                self._facts.asked(connection, fact)
            case Misfiled() as fact:
                self._facts.misfiled(connection, fact)
            case Broken() as fact:
                self._facts.broken(connection, fact)
            case Reviewed() as fact:
                self._facts.reviewed(connection, fact)

    def _attributes(self, study_uid: str) -> dict[str, Any]:
        directory = self._standing.directory
        found = (directory.attributes(study_uid) if directory is not None else None) or _NOTHING
        moment = decide.study_moment(found.study_date, found.study_time)
        return {
            "line": self._standing.traits(found.traits).service_line or UNASSIGNED,
            "patient_key": found.patient_key,
            "study_at": to_text(moment) if moment is not None else None,
            "has_accession": bool(found.accession),
            "identified": bool(found.patient_id and found.issuer),
        }
