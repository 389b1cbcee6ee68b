"""Sorting anew: what is here follows when the rules change, and records that were closed while a study came in are closed."""

import hashlib

import msgspec

from sixfold.archive.model import STUDY_SORTED
from sixfold.archive.service.sight import Directory, placing
from sixfold.archive.store import sorting as store
from sixfold.governance import SYSTEM, Governance
from sixfold.governance.model.sorting import StudyFacts
from sixfold.kernel import events
from sixfold.kernel.database import Database, Transaction

_BATCH = 500


class Sorting:
    """A duty of the worker: safe to run twice, and goes on where it was interrupted."""

    def __init__(self, database: Database, governance: Governance) -> None:
        self._database = database
        self._governance = governance
        self._place = placing(governance)
        self._directory = Directory(database, governance)

    def run(self) -> int:
        """Sort the next studies by the rules in force; returns how many it looked at, 0 when all are sorted."""
        rules = hashlib.sha256(msgspec.json.encode(self._governance.sorting.rules())).hexdigest()
        with self._database.write() as transaction:
            after, done = store.come_to(transaction.connection, rules)
            if done:
                return 0
            studies = store.next_studies(transaction.connection, after, _BATCH)
            numbers = {one.ref: self._place(transaction.connection, _facts(one), one.patient_key) for one in studies}
            moved = [one for one in studies if numbers[one.ref] != one.traits]
            store.place(transaction.connection, {one.ref: numbers[one.ref] for one in moved})
            for one in moved:
                self._tell(transaction, one)
            store.note(transaction.connection, studies[-1].ref if studies else after, done=len(studies) < _BATCH)
        return len(studies)

    def _tell(self, transaction: Transaction, study: store.Unsorted) -> None:
        traits = self._governance.sorting.traits_of(_facts(study))
        told = {"facility": traits.facility, "service_line": traits.service_line, "sensitivity": traits.sensitivity}
        payload = {"study_uid": study.study_uid} | told
        events.record(transaction, STUDY_SORTED, subject=study.study_uid, actor=SYSTEM.actor, payload=payload)

    def close(self) -> int:
        """Close again what is closed: a study may have come in at the very moment when its patient's record was closed."""
        for restriction in self._governance.doors.restrictions():
            with self._database.write() as transaction:
                self._directory.close(transaction, restriction.patient_key, restricted=True)
        return 0


def _facts(study: store.Unsorted) -> StudyFacts:
    """The facts that are kept; of a study that is older than the sorting, its modalities."""
    facts = msgspec.json.decode(study.facts, type=StudyFacts)
    return facts if facts.modalities else msgspec.structs.replace(facts, modalities=_modalities(study.modalities))


def _modalities(joined: str) -> tuple[str, ...]:
    return tuple(part for part in joined.split("\\") if part)
