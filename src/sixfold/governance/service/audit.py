"""The trail of every access: gathered in memory, written many times a second as events of part `governance`.

What is alike within one interval (same actor, action, resource, way in and outcome) becomes one event with a count, so that a
thousand frames of a series cost one row. Nothing is dropped: when the database does not take entries, the trail fills to its
bound, callers wait, and at last are refused.
"""

import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from sixfold.governance.model import ACCESS_ALLOWED, PART, Action, AuditUnavailable, Principal, Resource, Via
from sixfold.governance.model.policy import Purpose
from sixfold.governance.model.standing import Judged
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.kinds import EventKind
from sixfold.kernel.logs import logger

_SHOWN = 4096


class Entry(NamedTuple):
    """What one audit event tells, apart from when and how often."""

    kind: EventKind
    principal: Principal | None
    action: str
    resource: Resource
    via: Via
    judged: Judged | None


class _Tally:
    """How often an entry occurred, and when first and last."""

    __slots__ = ("count", "first", "last")

    def __init__(self, moment: datetime) -> None:
        self.count = 0
        self.first = moment
        self.last = moment


class AuditTrail:
    """Entries on their way into the feed; `close` writes the rest."""

    def __init__(
        self, database: Database, clock: Clock = utc_now, *, interval: float = 0.1, bound: int = 20_000, patience: float = 2.0
    ) -> None:
        self._database = database
        self._clock = clock
        self._interval = interval
        self._bound = bound
        self._patience = patience
        self._entries: dict[Entry, _Tally] = {}
        self._writing = 0
        self._room = threading.Condition()
        self._flushing = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def full(self) -> bool:
        """Whether the next new entry would have to wait."""
        return len(self._entries) + self._writing >= self._bound

    def note(
        self,
        kind: EventKind,
        principal: Principal | None,
        action: Action | str,
        resource: Resource,
        via: Via,
        judged: Judged | None = None,
    ) -> None:
        """Keep one entry; waits up to `patience` seconds for room, then raises `AuditUnavailable`."""
        entry = Entry(kind, principal, action, resource, via, judged)
        moment = self._clock()
        with self._room:
            if entry not in self._entries and not self._room.wait_for(lambda: not self.full, self._patience):
                raise AuditUnavailable("the audit trail is full and the database does not take it")
            tally = self._entries.setdefault(entry, _Tally(moment))
            tally.count += 1
            tally.last = moment
            if self._thread is None:
                self._start()
        if self._stop.is_set():
            self.flush()  # a straggler after `close`
        elif kind is not ACCESS_ALLOWED:
            self._wake.set()  # a refusal is told of at once

    def _start(self) -> None:
        """Begin with the first entry: a process that forks its workers after construction keeps a living thread in each."""
        self._thread = threading.Thread(target=self._serve, name="audit-trail", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(self._interval)
            self._wake.clear()
            try:
                self.flush()
            except Exception as error:  # noqa: BLE001 the thread's own edge: entries are kept and written at the next turn
                logger(PART).error("the audit trail could not be written", extra={"error": str(error)})
                self._stop.wait(self._interval)

    def flush(self) -> int:
        """Write all that was noted before the call, in one transaction; returns how many events; keeps them when it fails."""
        with self._flushing:
            with self._room:
                batch, self._entries = self._entries, {}
                self._writing = len(batch)
            if batch:
                self._write(batch)
            return len(batch)

    def _write(self, batch: dict[Entry, _Tally]) -> None:
        try:
            with self._database.write(synced=False) as transaction:
                _record(transaction, batch.items())
        except BaseException:
            self._put_back(batch)
            raise
        with self._room:
            self._writing = 0
            self._room.notify_all()

    def _put_back(self, batch: dict[Entry, _Tally]) -> None:
        with self._room:
            self._writing = 0
            for entry, tally in self._entries.items():
                earlier = batch.get(entry)
                if earlier is None:
                    batch[entry] = tally
                else:
                    earlier.count += tally.count
                    earlier.last = tally.last
            self._entries = batch

    def close(self) -> None:
        """Stop the thread and write the rest; raises `Unavailable` when the database does not take it."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(10)
        self.flush()


def _record(transaction: Transaction, batch: Iterable[tuple[Entry, _Tally]]) -> None:
    for entry, tally in batch:
        resource, via = entry.resource, entry.via
        told = {
            "action": entry.action,
            "resource": resource.kind,
            "study_uid": resource.study_uid,
            "patient_key": resource.patient_key or (entry.judged.patient_key if entry.judged is not None else ""),
            "detail": resource.detail,
            "route": via.route,
            "address": via.address,
        }
        payload: dict[str, Any] = {name: _plain(value) for name, value in told.items() if value}
        payload |= _judgement(entry.judged) if entry.judged is not None else {}
        payload |= {"count": tally.count, "first": to_text(tally.first), "last": to_text(tally.last)}
        subject = resource.study_uid or resource.patient_key or resource.kind
        actor = entry.principal.actor if entry.principal is not None else "unknown"
        events.record(transaction, entry.kind, subject=_plain(subject), actor=_plain(actor), payload=payload)


def _judgement(judged: Judged) -> dict[str, Any]:
    """What the decision was taken by, so that it can be taken again."""
    principal, circumstances = judged.principal, judged.circumstances
    who = {name: sorted(getattr(principal, name)) for name in ("roles", "groups", "service_lines", "facilities")}
    told: dict[str, Any] = {
        "who": {name: values for name, values in who.items() if values},
        "traits": msgspec.structs.asdict(circumstances.traits) if circumstances.traits is not None else None,
        "relations": sorted(circumstances.relations),
        "purpose": circumstances.purpose if circumstances.purpose != Purpose.TREATMENT else None,
        "policies": list(judged.verdict.policies),
        "version": judged.version,
    }
    return {name: value for name, value in told.items() if value}


def _plain(text: str) -> str:
    """Text that both databases take, of bounded length: a caller's path or title may hold anything."""
    return text[:_SHOWN].encode("utf-8", "replace").decode().replace("\0", "\ufffd")
