"""The policies in force: kept in versions, put in force, believed for a few seconds by each process."""

import threading
from datetime import datetime, timedelta

from sixfold.governance.model.happened import POLICY_ACTIVATED
from sixfold.governance.rules.policy import Policies, default_policies
from sixfold.governance.store import policies as store
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.errors import Unavailable

BELIEVED = timedelta(seconds=5)
"""How long a process may go on deciding by what it knew."""


class PolicyBook:
    """One a process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._active: Policies | None = None
        self._looked_at: datetime | None = None

    @property
    def fresh(self) -> bool:
        """Whether `active` answers without a look at the database."""
        looked_at = self._looked_at
        return looked_at is not None and timedelta() <= self._clock() - looked_at < BELIEVED

    @property
    def active(self) -> Policies:
        """The version in force, five seconds ago at most; those of a new house before any was put in force."""
        if self._active is not None and self.fresh:
            return self._active
        with self._lock:
            return self._look()

    def _look(self) -> Policies:
        now = self._clock()
        with self._database.read() as connection:
            version = store.in_force(connection)
            if self._active is None or self._active.version != version:
                text = store.text_of(connection, version) if version is not None else default_policies()
                if self._active is None or self._active.text != text:
                    self._active = Policies(text)
        self._looked_at = now
        return self._active

    def forget(self) -> None:
        """Look at the database before the next decision."""
        self._looked_at = None

    def text_of(self, version: str) -> str:
        """The text of a version; raises `NoSuchEntry`."""
        with self._database.read() as connection:
            return store.text_of(connection, version)

    def history(self) -> list[dict[str, str]]:
        """Which version was in force since when and by whom, newest first."""
        with self._database.read() as connection:
            return store.history(connection)

    def keep(self, transaction: Transaction, text: str, by: str) -> Policies:
        """Keep a version that may be put in force later; raises `BadPolicy`."""
        policies = Policies(text)
        store.keep_version(transaction.connection, policies.version, text, to_text(self._clock()), by)
        return policies

    def activate(self, transaction: Transaction, version: str, by: str) -> None:
        """Put a kept version in force with the transaction, then call `forget`; raises `NoSuchEntry`, `Unavailable`."""
        store.text_of(transaction.connection, version)
        before = store.in_force(transaction.connection)
        if not store.activate(transaction.connection, version, to_text(self._clock()), by):
            raise Unavailable("another version was put in force at this moment: look at it first")
        events.record(transaction, POLICY_ACTIVATED, subject=version, actor=by, payload={"before": before})

    def seed(self) -> None:
        """Put the policies of a new house in force, where there are none."""
        with self._database.write() as transaction:
            if store.in_force(transaction.connection) is None:
                self.activate(
                    transaction, self.keep(transaction, default_policies(), "system:sixfold").version, "system:sixfold"
                )
        self.forget()
