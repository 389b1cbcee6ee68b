"""Sorting studies: the rules in force, and what a study's facts make of it."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from sixfold.governance.model import NoSuchEntry, Principal
from sixfold.governance.model.places import Belonging
from sixfold.governance.model.policy import Traits
from sixfold.governance.model.sorting import SORTING_PUT, SORTING_REMOVED, SortingRule, StudyFacts
from sixfold.governance.rules.sorting import Sorter, check_rule
from sixfold.governance.rules.sorting_defaults import AT_FIRST
from sixfold.governance.service.places import check_belonging
from sixfold.governance.store import sorting as store
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database

BELIEVED = timedelta(seconds=5)
"""How long a process may go on sorting by what it knew."""


class Sorting:
    """One a process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[datetime, list[SortingRule], Sorter] | None = None

    def seed(self) -> None:
        """Put the rules of a new house in force; one that somebody removed does not come back."""
        with self._database.write() as transaction:
            for rule in AT_FIRST:
                store.add_rule(transaction.connection, rule)
        self._forget()

    def traits_of(self, facts: StudyFacts) -> Traits:
        """The facility, service line and sensitivity of a study; microseconds and no SQL when the rules are fresh."""
        return self._sorter().sort(facts)

    def deciding(self, facts: StudyFacts) -> Mapping[str, SortingRule]:
        """By the name of each trait that a rule gives, the rule that gives it."""
        return self._sorter().deciding(facts)

    def _sorter(self) -> Sorter:
        known, now = self._known, self._clock()
        if known is not None and timedelta() <= now - known[0] < BELIEVED:
            return known[2]
        with self._lock:
            return self._look(now)

    def _look(self, now: datetime) -> Sorter:
        found = self.rules()
        if self._known is None or self._known[1] != found:
            self._known = (now, found, Sorter(found))
        else:
            self._known = (now, found, self._known[2])
        return self._known[2]

    def _forget(self) -> None:
        with self._lock:
            self._known = None

    def rules(self) -> list[SortingRule]:
        """The rules in force, in the order in which they are looked at."""
        with self._database.read() as connection:
            return store.list_rules(connection)

    def put(self, rule: SortingRule, *, by: Principal) -> SortingRule:
        """Make or replace a rule; raises `BadEntry`, also when its facility or service line does not exist."""
        checked = check_rule(rule)
        with self._database.write() as transaction:
            _check_places(transaction.connection, checked)
            store.put_rule(transaction.connection, checked)
            told = {name: getattr(checked, name) for name in SORTING_PUT.payload}
            events.record(transaction, SORTING_PUT, subject=checked.key, actor=by.actor, payload=told)
        self._forget()
        return checked

    def remove(self, key: str, *, by: Principal) -> None:
        """Take a rule out of force; raises `NoSuchEntry`."""
        with self._database.write() as transaction:
            if not store.remove_rule(transaction.connection, key, to_text(self._clock())):
                raise NoSuchEntry("there is no such sorting rule")
            events.record(transaction, SORTING_REMOVED, subject=key, actor=by.actor, payload={})
        self._forget()


def _check_places(connection: Connection, rule: SortingRule) -> None:
    lines = frozenset() if rule.service_line is None else frozenset({rule.service_line})
    facilities = frozenset() if rule.facility is None else frozenset({rule.facility})
    check_belonging(connection, Belonging(service_lines=lines, facilities=facilities))
