"""Background work that is due again and again: seal, thumbnails, consumers of the feed.

A duty is safe to run twice and leaves its state in the database, so that a killed worker loses nothing. Over all workers one at
a time holds a duty's lease; a holder that dies is succeeded when the lease runs out, or at once by a worker of the same name.
"""

import fcntl
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from sixfold.kernel import metrics
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.database import Database, insert_if_absent, metadata
from sixfold.kernel.errors import SixfoldError
from sixfold.kernel.ids import new_key
from sixfold.kernel.logs import logger

leases = sa.Table(
    "lease",
    metadata,
    sa.Column("duty", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("until", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Duty:
    """Work that `run` does in small steps: it returns how much it did, and is called again at once until that is 0."""

    name: str
    run: Callable[[], int]
    every: float
    """Seconds between looks when there was nothing to do."""
    lease: float = 60.0
    """Seconds after which another worker may take over from one that fell silent; longer than the longest step."""


class Leases:
    """Who holds which duty; `holder` is a name that nobody else has at the same time."""

    def __init__(self, database: Database, clock: Clock = utc_now, *, holder: str | None = None) -> None:
        self._database = database
        self._clock = clock
        self._holder = holder or new_key()

    def take(self, duty: Duty) -> bool:
        """Take or renew the lease; False when another worker holds it."""
        now = self._clock()
        with self._database.write(synced=False) as transaction:
            return _take(transaction.connection, duty, self._holder, now)

    def leave(self, duty: Duty) -> None:
        """Give the lease up at once."""
        with self._database.write(synced=False) as transaction:
            mine = (leases.c.duty == duty.name) & (leases.c.holder == self._holder)
            transaction.connection.execute(sa.delete(leases).where(mine))


def _take(connection: sa.Connection, duty: Duty, holder: str, now: datetime) -> bool:
    until = to_text(now + timedelta(seconds=duty.lease))
    free = (leases.c.holder == holder) | (leases.c.until < to_text(now))
    change = sa.update(leases).where(leases.c.duty == duty.name, free).values(holder=holder, until=until)
    if connection.execute(change).rowcount == 1:
        return True
    return insert_if_absent(connection, leases, duty=duty.name, holder=holder, until=until)


@contextmanager
def inherited_name(file: Path, patience: float = 5.0) -> Iterator[str]:
    """A holder's name that passes from a dead worker to the next one, which then need not wait for its leases to run out.

    The name stands in `file`, whose lock proves that its last bearer is gone, and tells machine and file, so that a copy
    of the folder goes by another. When a worker keeps the lock longer than `patience` seconds, the name is of this worker only.
    """
    with file.open("a+", encoding="ascii") as kept:
        if not _locked(kept, time.monotonic() + patience):
            yield new_key()
            return
        here = f"{socket.gethostname()} {os.fstat(kept.fileno()).st_ino}"
        kept.seek(0)
        name = kept.read()
        if not name.startswith(f"{here} "):
            name = f"{here} {new_key()}"
            kept.truncate(0)
            kept.write(name)
            kept.flush()
        yield name


def _locked(file: IO[str], deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True


class Worker:
    """Runs duties in a thread each until told to stop."""

    def __init__(self, duties: Sequence[Duty], leases_of: Leases) -> None:
        self._duties = duties
        self._leases = leases_of
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every duty's thread."""
        for duty in self._duties:
            thread = threading.Thread(target=self._serve, args=(duty,), name=f"duty-{duty.name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds: float = 4.0) -> None:
        """Let each duty end its step, waiting at most `seconds` in all."""
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds / max(1, len(self._threads)))

    def _serve(self, duty: Duty) -> None:
        while not self._stop.is_set():
            if self._step(duty) == 0:
                self._stop.wait(duty.every)
        try:
            self._leases.leave(duty)
        except SixfoldError as error:
            logger("duties").info("a lease was left to run out", extra={"duty": duty.name, "error": str(error)})

    def _step(self, duty: Duty) -> int:
        """One step; an error is logged and counted, and the duty is tried again after its pause."""
        try:
            return duty.run() if self._leases.take(duty) else 0
        except Exception as error:  # noqa: BLE001 the worker's own edge: a duty that fails must not end the others
            metrics.DUTY_FAILURES.labels(duty.name).inc()
            logger("duties").error("a duty failed", extra={"duty": duty.name, "error": str(error)}, exc_info=True)
            return 0
