"""The audit trail on each database: aggregated, complete, bounded."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sixfold.governance import SYSTEM, Action, AuditUnavailable, Forbidden, Governance, Principal, Resource, Via
from sixfold.governance.model import ACCESS_ALLOWED
from sixfold.governance.service.audit import AuditTrail
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database, DatabaseUnavailable
from sixfold.kernel.errors import NotSignedIn
from sixfold.kernel.events import Event

PHYSICIAN = Principal("person", "bob", "Bob", frozenset({"physician"}))
STUDY = Resource("study", "1.2.3")


def audit(database: Database) -> list[Event]:
    return [event for event in events.read(database, 0, 10_000) if event.kind.startswith("access.")]


def test_a_thousand_frames_are_one_event(governance: Governance, database: Database, clock: HandClock) -> None:
    via = Via("/frames", "192.0.2.1")
    governance.trail.close()  # no thread in between: it is flushed by hand
    trail = AuditTrail(database, clock, interval=3600)
    for _ in range(1000):
        trail.note(ACCESS_ALLOWED, PHYSICIAN, Action.READ, STUDY, via)
        clock.advance(0.001)
    trail.close()
    [event] = audit(database)
    assert (event.kind, event.subject, event.actor) == ("access.allowed", "1.2.3", "person:bob")
    assert event.payload == {
        "action": "read", "resource": "study", "study_uid": "1.2.3", "route": "/frames", "address": "192.0.2.1",
        "count": 1000, "first": "2026-01-15T12:00:00.000Z", "last": "2026-01-15T12:00:00.999Z",
    }  # fmt: skip


def test_I11_failed_access_is_told_of_at_once(governance: Governance, database: Database) -> None:
    with pytest.raises(Forbidden):
        governance.allow(PHYSICIAN, Action.ADMINISTER, Resource("governance"))
    with pytest.raises(NotSignedIn):
        governance.allow(None, Action.READ, STUDY)
    governance.trail.flush()
    governance.close()
    assert [(event.kind, event.actor) for event in audit(database)] == [
        ("access.denied", "person:bob"), ("access.denied", "unknown"),
    ]  # fmt: skip


def test_I11_search_keys_are_kept(governance: Governance, database: Database) -> None:
    governance.allow(PHYSICIAN, Action.SEARCH, Resource("archive", detail="PatientName=DOE*"))
    governance.close()
    assert audit(database)[0].payload["detail"] == "PatientName=DOE*"


def test_no_entry_is_lost_by_many_threads(governance: Governance, database: Database) -> None:
    def work(number: int) -> None:
        for step in range(200):
            governance.allow(PHYSICIAN, Action.READ, Resource("study", f"1.2.{(number + step) % 7}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    governance.close()
    assert sum(event.payload["count"] for event in audit(database)) == 1600


@pytest.mark.parametrize("uid", ["a\0b", "\ud800", "x" * 100_000, "'; DROP TABLE event; --"])
def test_a_hostile_path_cannot_jam_the_trail(governance: Governance, database: Database, uid: str) -> None:
    governance.allow(PHYSICIAN, Action.READ, Resource("study", uid, detail=uid))
    governance.allow(PHYSICIAN, Action.READ, STUDY)
    governance.close()
    assert sum(event.payload["count"] for event in audit(database)) == 2
    assert all(len(event.subject) <= 4096 for event in audit(database))


def test_a_straggler_after_close_is_written(governance: Governance, database: Database) -> None:
    governance.close()
    governance.allow(SYSTEM, Action.READ, STUDY)
    assert len(audit(database)) == 1


class Unwilling:
    """A database that refuses writes until it is told to take them."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self.willing = threading.Event()

    def write(self, *, synced: bool = True) -> object:
        if not self.willing.is_set():
            raise DatabaseUnavailable("no space left")
        return self._inner.write(synced=synced)


def test_I11_a_database_that_is_down_blocks_then_refuses_and_loses_nothing(database: Database, clock: HandClock) -> None:
    unwilling = Unwilling(database)
    trail = AuditTrail(unwilling, clock, interval=0.01, bound=3, patience=0.05)  # type: ignore[arg-type]
    for number in range(3):
        trail.note(ACCESS_ALLOWED, SYSTEM, Action.READ, Resource("study", f"1.{number}"), Via())
    with pytest.raises(AuditUnavailable):
        trail.note(ACCESS_ALLOWED, SYSTEM, Action.READ, Resource("study", "1.9"), Via())
    trail.note(ACCESS_ALLOWED, SYSTEM, Action.READ, Resource("study", "1.0"), Via())  # what is counted already needs no room
    unwilling.willing.set()
    trail.close()
    assert sorted((event.subject, event.payload["count"]) for event in audit(database)) == [("1.0", 2), ("1.1", 1), ("1.2", 1)]


def test_a_waiting_caller_goes_on_when_there_is_room(database: Database, clock: HandClock) -> None:
    unwilling = Unwilling(database)
    trail = AuditTrail(unwilling, clock, interval=0.01, bound=1, patience=30)  # type: ignore[arg-type]
    trail.note(ACCESS_ALLOWED, SYSTEM, Action.READ, Resource("study", "1.0"), Via())
    threading.Timer(0.1, unwilling.willing.set).start()
    trail.note(ACCESS_ALLOWED, SYSTEM, Action.READ, Resource("study", "1.1"), Via())
    trail.close()
    assert len(audit(database)) == 2
