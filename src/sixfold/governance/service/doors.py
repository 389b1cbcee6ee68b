"""Relations, closed records and emergency access: what opens and closes, beside the policies."""

from datetime import datetime

from sixfold.governance.model import BadEntry, NoSuchEntry, Principal
from sixfold.governance.model.standing import (
    GLASS_BROKEN,
    GLASS_ENDED,
    GLASS_REVIEWED,
    PATIENT_OPENED,
    PATIENT_RESTRICTED,
    RELATION_PUT,
    RELATION_REMOVED,
    EmergencyAccess,
    RelationRecord,
    Restriction,
)
from sixfold.governance.rules import standing as decide
from sixfold.governance.service.standing import Standing
from sixfold.governance.store import standing as store
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, from_text, to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.errors import Conflict
from sixfold.kernel.ids import new_key
from sixfold.kernel.kinds import EventKind


class ClosedAlready(Conflict):
    """The record is closed, or was reviewed, already."""


class Doors:
    """Takes effect at once in this process, and within five seconds in the others."""

    def __init__(self, database: Database, clock: Clock, standing: Standing) -> None:
        self._database = database
        self._clock = clock
        self._standing = standing

    def relate(self, records: list[RelationRecord], *, by: Principal) -> None:
        """Say who orders, reads or cares, all or nothing; raises `BadEntry`."""
        checked = [_checked(record) for record in records]
        with self._database.write() as transaction:
            for record in checked:
                store.put_relation(transaction.connection, record)
                _tell_relation(transaction, RELATION_PUT, record, by)
        self._standing.forget()

    def unrelate(self, record: RelationRecord, *, by: Principal) -> None:
        """End a relation; raises `NoSuchEntry`."""
        with self._database.write() as transaction:
            if not store.remove_relation(transaction.connection, record):
                raise NoSuchEntry("there is no such relation")
            _tell_relation(transaction, RELATION_REMOVED, record, by)
        self._standing.forget()

    def relations_of(self, principal: str) -> list[RelationRecord]:
        """A principal's relations in force."""
        with self._database.read() as connection:
            return store.list_relations(connection, principal, to_text(self._clock()))

    def restrict(self, patient_key: str, reason: str, *, by: Principal) -> Restriction:
        """Close a patient's record: from now on it is for those who care for the patient; raises `ClosedAlready`."""
        why = decide.check_reason(reason)
        made = Restriction(decide.check_patient(patient_key), why, to_text(self._clock()), by.actor)
        with self._database.write() as transaction:
            if not store.add_restriction(transaction.connection, made):
                raise ClosedAlready("this record is closed already")
            self._turn(transaction, PATIENT_RESTRICTED, made.patient_key, why, by)
        self._standing.forget()
        return made

    def lift(self, patient_key: str, reason: str, *, by: Principal) -> None:
        """Open a closed record; raises `NoSuchEntry`."""
        why = decide.check_reason(reason)
        with self._database.write() as transaction:
            if not store.remove_restriction(transaction.connection, patient_key):
                raise NoSuchEntry("this record is not closed")
            self._turn(transaction, PATIENT_OPENED, patient_key, why, by)
        self._standing.forget()

    def _turn(self, transaction: Transaction, kind: EventKind, patient_key: str, reason: str, by: Principal) -> None:
        directory, restricted = self._standing.directory, kind is PATIENT_RESTRICTED
        studies = directory.close(transaction, patient_key, restricted=restricted) if directory is not None else 0
        told = {"reason": reason, "studies": studies}
        events.record(transaction, kind, subject=patient_key, actor=by.actor, payload=told)

    def restrictions(self) -> list[Restriction]:
        """Every closed record."""
        with self._database.read() as connection:
            return store.list_restrictions(connection)

    def break_glass(self, patient_key: str, reason: str, *, by: Principal) -> EmergencyAccess:
        """Open a patient's record to a person for four hours; somebody will review it; raises `BadEntry`."""
        if by.kind != "person":
            raise BadEntry("only a person can take emergency access")
        why, now = decide.check_reason(reason), self._clock()
        until, due = to_text(now + decide.EMERGENCY_LIFE), to_text(now + decide.REVIEW_WITHIN)
        made = EmergencyAccess(new_key(), by.actor, decide.check_patient(patient_key), why, to_text(now), until, due)
        told = {"key": made.key, "reason": why, "until": until, "review_due": due}
        with self._database.write() as transaction:
            store.add_emergency(transaction.connection, made)
            events.record(transaction, GLASS_BROKEN, subject=made.patient_key, actor=by.actor, payload=told)
        self._standing.forget()
        return made

    def give_back(self, key: str, *, by: Principal) -> None:
        """End one's own emergency access before its time; raises `NoSuchEntry`."""
        with self._database.write() as transaction:
            found = store.find_emergency(transaction.connection, key)
            if found is None or found.principal != by.actor or _over(found, self._clock()):
                raise NoSuchEntry("there is no such emergency access in force")
            store.end_emergency(transaction.connection, key, to_text(self._clock()))
            events.record(transaction, GLASS_ENDED, subject=found.patient_key, actor=by.actor, payload={"key": key})
        self._standing.forget()

    def emergencies(self, *, of: Principal | None = None, unreviewed: bool = False) -> list[EmergencyAccess]:
        """Emergency accesses, the newest first."""
        with self._database.read() as connection:
            principal = of.actor if of is not None else None
            return store.list_emergencies(connection, principal=principal, unreviewed=unreviewed)

    def review(self, key: str, *, justified: bool, comment: str, by: Principal) -> EmergencyAccess:
        """Judge an emergency access, once, and not one's own; raises `NoSuchEntry`, `BadEntry`, `ClosedAlready`."""
        said = decide.check_reason(comment)
        with self._database.write() as transaction:
            found = store.find_emergency(transaction.connection, key)
            if found is None:
                raise NoSuchEntry("there is no such emergency access")
            if found.principal == by.actor:
                raise BadEntry("somebody else reviews your emergency access")
            review = {"reviewed_at": to_text(self._clock()), "reviewed_by": by.actor, "justified": justified, "comment": said}
            if not store.review_emergency(transaction.connection, key, **review):
                raise ClosedAlready("this emergency access was reviewed already")
            told = {"key": key, "principal": found.principal, "justified": justified, "comment": said}
            events.record(transaction, GLASS_REVIEWED, subject=found.patient_key, actor=by.actor, payload=told)
            reviewed = store.find_emergency(transaction.connection, key)
        assert reviewed is not None
        return reviewed


def _checked(record: RelationRecord) -> RelationRecord:
    decide.check_subject(record.patient_key, record.study_uid)
    until = to_text(decide.moment_of(record.until)) if record.until else None
    actor, relation = decide.check_actor(record.principal), decide.check_relation(record.relation)
    return RelationRecord(actor, relation, record.patient_key, record.study_uid, until)


def _over(access: EmergencyAccess, now: datetime) -> bool:
    return from_text(access.until) <= now


def _tell_relation(transaction: Transaction, kind: EventKind, record: RelationRecord, by: Principal) -> None:
    told = {"principal": record.principal, "relation": record.relation, "until": record.until}
    events.record(transaction, kind, subject=record.patient_key or record.study_uid, actor=by.actor, payload=told)
