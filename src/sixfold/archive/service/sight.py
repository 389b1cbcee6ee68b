"""What of the archive a principal may see: governance's word, as the index can follow it."""

import msgspec
from sqlalchemy import Connection

from sixfold.archive.model import Provenance
from sixfold.archive.store import directory as store
from sixfold.archive.store.index import Placing
from sixfold.archive.store.search.sight import EVERYTHING, Sight
from sixfold.dicom.scan import Scan
from sixfold.governance import Action, Governance, Principal
from sixfold.governance.model.policy import Traits
from sixfold.governance.model.standing import StudyStanding
from sixfold.kernel.database import Database, Transaction


class Directory:
    """Answers what governance asks of the archive (`sixfold.governance.model.standing.Directory`)."""

    def __init__(self, database: Database, governance: Governance) -> None:
        self._standings = store.Standings(database)
        self._governance = governance

    def study(self, study_uid: str) -> StudyStanding | None:
        """The standing of a study; None when there is none of that UID."""
        found = self._standings.of(study_uid)
        return StudyStanding(*found) if found is not None else None

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
    """One a process."""

    def __init__(self, database: Database, governance: Governance) -> None:
        self._database = database
        self._governance = governance

    def of(self, principal: Principal, action: Action = Action.SEARCH, purpose: str = "") -> Sight:
        """Which studies the principal may do the action with, as they stand now; relations are five seconds old at most."""
        governance = self._governance
        open_traits = governance.traits_open_to(principal, action, purpose)
        ties = governance.standing.ties(principal.actor)
        if not ties:
            return EVERYTHING if open_traits is None else Sight(tuple(sorted(open_traits)))
        besides: set[int] = set()
        but: set[int] = set()
        with self._database.read() as connection:
            rows = list(store.related(connection, list(ties.studies), list(ties.patients)))
        for ref, study_uid, patient_key, number in rows:
            standing = StudyStanding(number, patient_key)
            allowed = governance.judge_study(principal, action, study_uid, standing, purpose).verdict.allowed
            if allowed != (open_traits is None or number in open_traits):
                (besides if allowed else but).add(ref)
        traits = None if open_traits is None else tuple(sorted(open_traits))
        return Sight(traits, tuple(sorted(besides)), tuple(sorted(but)))


def placing(governance: Governance) -> Placing:
    """How the index learns which traits a new study has: they are sorted by rules, and closed where its patient's record is."""

    def place(connection: Connection, scan: Scan, came: Provenance, patient_key: str) -> int:
        return governance.standing.place(connection, Traits(), patient_key)

    return place
