"""The audit's events as they are looked up: by filters, by number, by patient."""

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql

from sixfold.governance.model import ACCESS_DENIED, ASSOCIATION_REJECTED, PART, SESSION_REFUSED
from sixfold.governance.model.audit import AuditFilter, AuditPaging
from sixfold.governance.store.merkle import patients
from sixfold.kernel.database import events
from sixfold.kernel.events import Event

_REFUSALS = (ACCESS_DENIED.name, ASSOCIATION_REJECTED.name, SESSION_REFUSED.name)


def find_audit(connection: Connection, page: AuditPaging, chosen: AuditFilter) -> list[Event]:
    """A page of the audit events that a filter lets through; by patient those that are sealed."""
    query = sa.select(events).where(events.c.part == PART, *_narrowed(chosen), *_by_content(connection, chosen))
    if chosen.patient:
        of_patient = sa.select(patients.c.seq).where(patients.c.patient_key == chosen.patient)
        query = query.where(events.c.seq.in_(of_patient) | (events.c.subject == chosen.patient))
    if page.before is None:
        query = query.where(events.c.seq > page.after).order_by(events.c.seq)
    else:
        query = query.where(events.c.seq < page.before).order_by(events.c.seq.desc())
    return [_event(row) for row in connection.execute(query.limit(page.limit))]


def _by_content(connection: Connection, chosen: AuditFilter) -> list[sa.ColumnElement[bool]]:
    """What is asked of an event's kind and payload."""
    asked: list[sa.ColumnElement[bool]] = []
    if chosen.denied:
        asked.append(events.c.kind.in_(_REFUSALS))
    if chosen.changes:
        asked += [events.c.kind.not_like(f"{family}.%") for family in ("access", "association")]
    if chosen.action:
        asked.append(_action(connection) == chosen.action)
    return asked


def _action(connection: Connection) -> sa.ColumnElement[str]:
    """The action that a payload, kept as bytes of JSON, tells of."""
    if connection.dialect.name == "postgresql":
        document = sa.cast(sa.func.convert_from(events.c.payload, "UTF8"), postgresql.JSON)
        return document.op("->>", return_type=sa.Text())("action")
    return sa.func.json_extract(sa.cast(events.c.payload, sa.Text), "$.action", type_=sa.Text())


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
