"""What of the archive a principal may see: governance's word, as the index can follow it."""

import time

import msgspec
from sqlalchemy import Connection

from sixfold.archive.store import directory as store
from sixfold.archive.store.index import Placing
from sixfold.archive.store.search.dialect import dialect_of
from sixfold.archive.store.search.sight import EVERYTHING, Sight, is_wide
from sixfold.governance import Action, Governance, Principal
from sixfold.governance.model.sorting import StudyFacts
from sixfold.governance.model.standing import StudyAttributes, StudyStanding, Ties
from sixfold.kernel.database import Database, Transaction

_BELIEVED = 5.0  # seconds
_REMEMBERED = 5_000


class Directory:
    """Answers what governance asks of the archive (`sixfold.governance.model.standing.Directory`)."""

    def __init__(self, database: Database, governance: Governance) -> None:
        self._standings = store.Standings(database)
        self._governance = governance

    def study(self, study_uid: str) -> StudyStanding | None:
        """The standing of a study; None when there is none of that UID."""
        found = self._standings.of(study_uid)
        return StudyStanding(*found) if found is not None else None

    def attributes(self, study_uid: str) -> StudyAttributes | None:
        """What scorecards ask of a study; None when there is none of that UID."""
        found = self._standings.attributes_of(study_uid)
        return StudyAttributes(*found) if found is not None else None

    def close(self, transaction: object, patient_key: str, *, restricted: bool) -> int:
        """Close or open every study of a patient within the transaction; returns how many there are."""
        assert isinstance(transaction, Transaction)
        connection, standing = transaction.connection, self._governance.standing
        counts = store.traits_of_patient(connection, patient_key)
        turned = {}
        for number in counts:
            traits = msgspec.structs.replace(standing.traits(number), restricted=restricted)
            turned[number] = standing.number_of(connection, traits)
        store.move(connection, patient_key, {old: new for old, new in turned.items() if old != new})
        return sum(counts.values())


class Sights:
    """One a process. What it knows of somebody it believes for five seconds, as governance does."""

    def __init__(self, database: Database, governance: Governance) -> None:
        self._database = database
        self._dialect = dialect_of(database.dialect)
        self._governance = governance
        self._known: dict[tuple[Principal, str, str], _Seen] = {}

    def of(self, principal: Principal, action: Action = Action.SEARCH, purpose: str = "") -> Sight:
        """Which studies the principal may do the action with, as they stand now; a new study of a relation's may wait."""
        open_traits = self._governance.traits_open_to(principal, action, purpose)
        ties = self._governance.standing.ties(principal.actor)
        if open_traits is None and not ties:
            return EVERYTHING
        key, now = (principal, action.value, purpose), time.monotonic()
        known = self._known.get(key)
        if known is None or known.ties is not ties or known.open_traits != open_traits or now >= known.until:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            sight = self._look(principal, action, purpose, open_traits, ties)
            self._known[key] = known = _Seen(sight, open_traits, ties, now + _BELIEVED)
        return known.sight

    def _look(
        self, principal: Principal, action: Action, purpose: str, open_traits: frozenset[int] | None, ties: Ties
    ) -> Sight:
        besides: set[int] = set()
        but: set[int] = set()
        with self._database.read() as connection:
            for ref, study_uid, patient_key, number in store.related(connection, list(ties.studies), list(ties.patients)):
                standing = StudyStanding(number, patient_key)
                judged = self._governance.judge_study(principal, action, study_uid, standing, purpose)
                if judged.verdict.allowed != (open_traits is None or number in open_traits):
                    (besides if judged.verdict.allowed else but).add(ref)
            traits = None if open_traits is None else tuple(sorted(open_traits))
            sight = Sight(traits, tuple(sorted(besides)), tuple(sorted(but)))
            return msgspec.structs.replace(sight, wide=is_wide(connection, self._dialect, sight))


class _Seen(msgspec.Struct, frozen=True):
    """A sight, and what it was made of."""

    sight: Sight
    open_traits: frozenset[int] | None
    ties: Ties
    until: float


def placing(governance: Governance) -> Placing:
    """How the index learns which traits a new study has: they are sorted by rules, and closed where its patient's record is."""

    def place(connection: Connection, facts: StudyFacts, patient_key: str) -> int:
        return governance.standing.place(connection, governance.sorting.traits_of(facts), patient_key)

    return place
