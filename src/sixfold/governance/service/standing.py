"""What a decision about a study has to know: its traits, and the principal's ties to it; believed for five seconds."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import Connection

from sixfold.governance.model.policy import Traits
from sixfold.governance.model.standing import Directory, StudyStanding, Ties
from sixfold.governance.service.policies import BELIEVED
from sixfold.governance.store import standing as store
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database

_REMEMBERED = 20_000
UNSORTED = 0
"""The number of a study that was never sorted: one of an archive older than the sorting."""
Value = TypeVar("Value")


class _Believed(Generic[Value]):
    """Answers by key, each believed for five seconds."""

    def __init__(self, clock: Clock, ask: Callable[[str], Value]) -> None:
        self._clock = clock
        self._ask = ask
        self._known: dict[str, tuple[Value, datetime]] = {}
        self._lock = threading.Lock()

    def knows(self, key: str) -> bool:
        """Whether `get` answers without asking."""
        known = self._known.get(key)
        return known is not None and timedelta() <= self._clock() - known[1] < BELIEVED

    def get(self, key: str) -> Value:
        """The answer, five seconds old at most."""
        now = self._clock()
        known = self._known.get(key)
        if known is not None and timedelta() <= now - known[1] < BELIEVED:
            return known[0]
        answer = self._ask(key)
        with self._lock:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = answer, now
        return answer

    def forget(self) -> None:
        """Ask anew."""
        with self._lock:
            self._known.clear()


class Standing:
    """One a process; `directory` is the archive's, wired when both are there."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._traits: dict[int, Traits] = {UNSORTED: Traits()}
        self._numbers: dict[Traits, int] = {}
        self._studies: _Believed[StudyStanding | None] = _Believed(clock, self._ask_study)
        self._ties: _Believed[Ties] = _Believed(clock, self._ask_ties)
        self.directory: Directory | None = None

    def knows(self, actor: str, study_uid: str) -> bool:
        """Whether a decision about this study, or about none when empty, needs no SQL."""
        return not study_uid or (self._studies.knows(study_uid) and self._ties.knows(actor))

    def study(self, study_uid: str) -> StudyStanding | None:
        """Where a study stands; None when there is none."""
        return self._studies.get(study_uid)

    def _ask_study(self, study_uid: str) -> StudyStanding | None:
        return self.directory.study(study_uid) if self.directory is not None else None

    def ties(self, actor: str) -> Ties:
        """The relations of a principal."""
        return self._ties.get(actor)

    def _ask_ties(self, actor: str) -> Ties:
        patients: dict[str, frozenset[str]] = {}
        studies: dict[str, frozenset[str]] = {}
        with self._database.read() as connection:
            for relation, patient_key, study_uid in store.ties_of(connection, actor, to_text(self._clock())):
                side, key = (studies, study_uid) if study_uid else (patients, patient_key)
                side[key] = side.get(key, frozenset()) | {relation}
        return Ties(patients, studies)

    def traits(self, number: int) -> Traits:
        """The traits of a number."""
        found = self._traits.get(number)
        if found is None:
            found = self.all_traits()[number]
        return found

    def all_traits(self) -> dict[int, Traits]:
        """Every combination that any study has, by number; up to date at every call."""
        with self._database.read() as connection:
            if store.newest_traits(connection) != max(self._traits):
                self._traits = {UNSORTED: Traits()} | store.all_traits(connection)
        return self._traits

    def place(self, connection: Connection, traits: Traits, patient_key: str) -> int:
        """The number of a study's traits, its patient's restriction taken into account; within a transaction."""
        restricted = store.is_restricted(connection, patient_key)
        return self.number_of(connection, Traits(traits.facility, traits.service_line, traits.sensitivity, restricted))

    def number_of(self, connection: Connection, traits: Traits) -> int:
        """The number of these traits; a new one when no study had them yet."""
        known = self._traits
        number = self._numbers.get(traits)
        if number is None or number not in known:
            number = store.number_of(connection, traits)
            if number in known:  # committed by somebody, so that it stays
                self._numbers[traits] = number
        return number

    def forget(self) -> None:
        """Look at the database before the next decision."""
        self._studies.forget()
        self._ties.forget()
