"""The spine: one ordered, replayable feed of every change.

An event is recorded in the transaction of the change that it tells of (`record`). Consumers hold an offset and may start again
from nought. No consumer skips a committed event: SQLite has one writer, and on PostgreSQL an event takes its sequence number
under a lock that is held until its commit.
"""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from sixfold.kernel.clock import to_text, utc_now
from sixfold.kernel.database import Database, Transaction, events, insert_if_absent, metadata
from sixfold.kernel.kinds import Event, EventKind

__all__ = [
    "BatchConsumer",
    "BatchHandler",
    "Consumer",
    "Event",
    "Handler",
    "Relay",
    "last",
    "offsets",
    "read",
    "record",
]

offsets = sa.Table(
    "consumer",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
)


def record(
    transaction: Transaction,
    kind: EventKind,
    *,
    subject: str,
    actor: str,
    payload: dict[str, Any],
) -> None:
    """Tell of a change in the transaction that makes it; the payload has no other fields than its kind declares."""
    assert payload.keys() <= kind.payload.keys(), f"{kind.name} declares no {sorted(payload.keys() - kind.payload.keys())}"
    transaction.record(
        {
            "at": to_text(utc_now()),
            "part": kind.part,
            "kind": kind.name,
            "subject": subject,
            "actor": actor,
            "payload": orjson.dumps(payload),
        }
    )


def read(database: Database, after: int, limit: int, *, parts: Sequence[str] | None = None) -> list[Event]:
    """Up to `limit` events with a greater `seq` than `after`, oldest first."""
    query = sa.select(events).where(events.c.seq > after).order_by(events.c.seq).limit(limit)
    if parts is not None:
        query = query.where(events.c.part.in_(parts))
    with database.read() as connection:
        rows = connection.execute(query).all()
    return [Event(row.seq, row.at, row.part, row.kind, row.subject, row.actor, orjson.loads(row.payload)) for row in rows]


def last(database: Database) -> int:
    """The sequence number of the newest event, 0 when there is none."""
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(events.c.seq), 0))).scalar_one())


Handler = Callable[[Transaction, Event], None]
BatchHandler = Callable[[Transaction, Sequence[Event]], None]


class BatchConsumer:
    """A named reader of the feed whose offset moves in the transaction of its work: handled exactly once, many together."""

    def __init__(self, database: Database, name: str, handler: BatchHandler) -> None:
        self._database = database
        self._name = name
        self._handler = handler

    def offset(self) -> int:
        """The sequence number of the last event that was handled."""
        with self._database.read() as connection:
            return _offset(connection, self._name)

    def advance(self, limit: int = 200) -> int:
        """Handle up to `limit` further events, all in one transaction; returns how many."""
        start = self.offset()
        batch = read(self._database, start, limit)
        if not batch:
            return 0
        with self._database.write() as transaction:
            insert_if_absent(transaction.connection, offsets, name=self._name, seq=0)
            done = _offset(transaction.connection, self._name, lock=True)
            if done < start:  # somebody began a replay meanwhile: what lies between is not in the batch
                return 0
            fresh = [event for event in batch if event.seq > done]
            if fresh:
                self._handler(transaction, fresh)
                _move(transaction, self._name, fresh[-1].seq)
        return len(fresh)

    def replay(self, forget: Callable[[Transaction], None] | None = None) -> None:
        """Start again from the first event; `forget` undoes in the same transaction what was made of them."""
        with self._database.write() as transaction:
            insert_if_absent(transaction.connection, offsets, name=self._name, seq=0)
            _offset(transaction.connection, self._name, lock=True)
            if forget is not None:
                forget(transaction)
            _move(transaction, self._name, 0)


class Consumer(BatchConsumer):
    """A `BatchConsumer` that handles one event after the other."""

    def __init__(self, database: Database, name: str, handler: Handler) -> None:
        def handle(transaction: Transaction, batch: Sequence[Event]) -> None:
            for event in batch:
                handler(transaction, event)

        super().__init__(database, name, handle)


class Relay:
    """A named reader that hands events on to elsewhere; its offset moves afterwards: handed on at least once.

    No transaction is open meanwhile, so that a receiver who is slow or down holds up nobody.
    """

    def __init__(self, database: Database, name: str, deliver: Callable[[Sequence[Event]], None]) -> None:
        self._database = database
        self._name = name
        self._deliver = deliver

    def advance(self, limit: int = 200) -> int:
        """Hand on up to `limit` further events together; returns how many. What `deliver` raises leaves the offset."""
        with self._database.read() as connection:
            done = _offset(connection, self._name)
        batch = read(self._database, done, limit)
        if batch:
            self._deliver(batch)
            with self._database.write() as transaction:
                _move(transaction, self._name, batch[-1].seq)
        return len(batch)

    def waiting(self) -> int:
        """How many events were not handed on yet."""
        with self._database.read() as connection:
            query = sa.select(sa.func.count()).where(events.c.seq > _offset(connection, self._name))
            return int(connection.execute(query).scalar_one())


def _offset(connection: sa.Connection, name: str, *, lock: bool = False) -> int:
    query = sa.select(offsets.c.seq).where(offsets.c.name == name)
    return int(connection.execute(query.with_for_update() if lock else query).scalar() or 0)


def _move(transaction: Transaction, name: str, seq: int) -> None:
    connection = transaction.connection
    if connection.execute(sa.update(offsets).where(offsets.c.name == name).values(seq=seq)).rowcount == 0:
        connection.execute(sa.insert(offsets).values(name=name, seq=seq))
