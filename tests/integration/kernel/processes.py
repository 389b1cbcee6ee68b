"""What the tests of several processes run in each of them."""

import random
import time

import sqlalchemy as sa

from sixfold.kernel import events
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.duties import Duty, Leases
from sixfold.kernel.events import Consumer, Event
from sixfold.kernel.kinds import EventKind

notes = sa.Table(
    "test_note",
    sa.MetaData(),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("process", sa.Text, nullable=False),
)
"""What a handler writes: a second row for one event would break the key."""


CAME_IN, WENT_OUT = (EventKind("test", name, "", "") for name in ("in", "out"))


class Unlucky(Exception):
    """Raised inside a transaction to roll it back."""


def write_events(url: str, process: str, count: int, seed: int) -> None:
    """Commit `count` transactions of one to three events, dawdling before some commits, rolling some others back."""
    luck = random.Random(seed)
    database = Database(url)
    for number in range(count):
        _write_one(database, f"{process}.{number}", luck)
    database.close()


def _write_one(database: Database, subject: str, luck: random.Random) -> None:
    for attempt in ("rolled back", "kept") if luck.random() < 0.2 else ("kept",):
        try:
            with database.write(synced=luck.random() < 0.5) as transaction:
                for part in range(luck.randint(1, 3)):
                    events.record(
                        transaction, EventKind("test", attempt, "", ""), subject=f"{subject}.{part}", actor="test", payload={}
                    )
                if luck.random() < 0.3:
                    time.sleep(luck.random() * 0.004)
                if attempt == "rolled back":
                    raise Unlucky
        except Unlucky:
            continue


def consume(url: str, process: str, seconds: float, seed: int) -> None:
    """Advance the consumer `notes` for a while, failing in the middle of some batches."""
    luck = random.Random(seed)

    def handle(transaction: Transaction, event: Event) -> None:
        transaction.connection.execute(sa.insert(notes).values(seq=event.seq, process=process))
        if luck.random() < 0.02:
            raise Unlucky

    database = Database(url)
    consumer = Consumer(database, "notes", handle)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if consumer.advance(20) == 0:
                time.sleep(0.005)
        except Unlucky:
            continue
    database.close()


def contend(url: str, duty: str, rounds: int) -> int:
    """Take and leave a lease again and again, noting each step inside; returns how often it was ours."""
    database = Database(url)
    leases = Leases(database)
    work = Duty(duty, lambda: 0, every=1.0)
    won = 0
    for _ in range(rounds):
        if leases.take(work):
            won += 1
            with database.write() as transaction:
                events.record(transaction, CAME_IN, subject=duty, actor=leases._holder, payload={})
            with database.write() as transaction:
                events.record(transaction, WENT_OUT, subject=duty, actor=leases._holder, payload={})
            leases.leave(work)
        else:
            time.sleep(0.001)
    database.close()
    return won
