"""The audit's events as they are looked up: by filters, by number, by patient."""

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model import PART
from sixfold.governance.model.audit import AuditFilter
from sixfold.governance.store.merkle import patients
from sixfold.kernel.database import events
from sixfold.kernel.events import Event


def find_audit(connection: Connection, after: int, limit: int, chosen: AuditFilter) -> list[Event]:
    """Audit events above a sequence number that a filter lets through, oldest first; by patient those that are sealed."""
    query = sa.select(events).where(events.c.part == PART, events.c.seq > after, *_narrowed(chosen))
    if chosen.patient:
        of_patient = sa.select(patients.c.seq).where(patients.c.patient_key == chosen.patient)
        query = query.where(events.c.seq.in_(of_patient) | (events.c.subject == chosen.patient))
    rows = connection.execute(query.order_by(events.c.seq).limit(limit))
    return [_event(row) for row in rows]


def _narrowed(chosen: AuditFilter) -> list[sa.ColumnElement[bool]]:
    given = (
        (chosen.subject, events.c.subject == chosen.subject),
        (chosen.study, events.c.subject == chosen.study),
        (chosen.actor, events.c.actor == chosen.actor),
        (chosen.kind, events.c.kind == chosen.kind),
        (chosen.since, events.c.at >= chosen.since),
        (chosen.until, events.c.at < chosen.until),
    )
    return [condition for value, condition in given if value]


def find_event(connection: Connection, seq: int) -> Event | None:
    """One event of any part."""
    row = connection.execute(sa.select(events).where(events.c.seq == seq)).first()
    return _event(row) if row is not None else None


def _event(row: sa.Row[tuple[object, ...]]) -> Event:
    return Event(row.seq, row.at, row.part, row.kind, row.subject, row.actor, orjson.loads(row.payload))


def accesses(connection: Connection, patient: str, studies: list[str], span: tuple[str, str], limit: int) -> list[Event]:
    """Allowed accesses that name a patient, or one of their studies, within a span of moments, oldest first."""
    named = events.c.seq.in_(sa.select(patients.c.seq).where(patients.c.patient_key == patient))
    named_by_subject = events.c.subject.in_([patient, *studies])
    query = sa.select(events).where(named | named_by_subject, events.c.part == PART, events.c.kind == "access.allowed")
    since, until = span
    if since:
        query = query.where(events.c.at >= since)
    if until:
        query = query.where(events.c.at < until)
    return [_event(row) for row in connection.execute(query.order_by(events.c.seq).limit(limit))]
