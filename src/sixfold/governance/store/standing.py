"""Traits of studies, relations, restrictions and emergency access."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model.policy import Relation, Traits
from sixfold.governance.model.standing import EmergencyAccess, RelationRecord, Restriction
from sixfold.kernel.database import insert_if_absent, metadata

traits = sa.Table(
    "study_traits",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("facility", sa.Text, nullable=False),
    sa.Column("service_line", sa.Text, nullable=False),
    sa.Column("sensitivity", sa.Text, nullable=False),
    sa.Column("restricted", sa.Boolean, nullable=False),
    sa.UniqueConstraint("facility", "service_line", "sensitivity", "restricted"),
)
relations = sa.Table(
    "relation",
    metadata,
    sa.Column("principal", sa.Text, primary_key=True),
    sa.Column("relation", sa.Text, primary_key=True),
    sa.Column("patient_key", sa.Text, primary_key=True),
    sa.Column("study_uid", sa.Text, primary_key=True),
    sa.Column("until", sa.Text),
    sa.Index("relation_by_end", "until"),
)
restrictions = sa.Table(
    "patient_restriction",
    metadata,
    sa.Column("patient_key", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)
emergencies = sa.Table(
    "emergency_access",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("principal", sa.Text, nullable=False),
    sa.Column("patient_key", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("until", sa.Text, nullable=False),
    sa.Column("review_due", sa.Text, nullable=False),
    sa.Column("reviewed_at", sa.Text),
    sa.Column("reviewed_by", sa.Text),
    sa.Column("justified", sa.Boolean),
    sa.Column("comment", sa.Text, nullable=False, server_default=""),
    sa.Index("emergency_in_force", "principal", "until"),
    sa.Index("emergency_to_review", "reviewed_at", "review_due"),
)

_TRAITS = (traits.c.facility, traits.c.service_line, traits.c.sensitivity, traits.c.restricted)


def number_of(connection: Connection, wanted: Traits) -> int:
    """The number of these traits; a new one when no study had them yet."""
    values = {name: getattr(wanted, name) for name in ("facility", "service_line", "sensitivity", "restricted")}
    same = sa.and_(*(traits.c[name] == value for name, value in values.items()))
    find = sa.select(traits.c.number).where(same)
    number = connection.execute(find).scalar()
    if number is None:
        insert_if_absent(connection, traits, **values)
        number = connection.execute(find).scalar_one()
    return int(number)


def all_traits(connection: Connection) -> dict[int, Traits]:
    """Every combination that a study has or had, by its number."""
    return {row[0]: Traits(*row[1:]) for row in connection.execute(sa.select(traits.c.number, *_TRAITS))}


def newest_traits(connection: Connection) -> int:
    """The greatest number of all traits."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(traits.c.number), 0))).scalar_one())


def put_relation(connection: Connection, record: RelationRecord) -> None:
    """Insert a relation, or give it another end."""
    keys = {name: getattr(record, name) for name in ("principal", "relation", "patient_key", "study_uid")}
    insert_if_absent(connection, relations, **keys, until=record.until)
    connection.execute(sa.update(relations).where(_is(keys)).values(until=record.until))


def remove_relation(connection: Connection, record: RelationRecord) -> bool:
    """Delete a relation; False when there is none."""
    keys = {name: getattr(record, name) for name in ("principal", "relation", "patient_key", "study_uid")}
    return connection.execute(sa.delete(relations).where(_is(keys))).rowcount == 1


def _is(keys: dict[str, str]) -> sa.ColumnElement[bool]:
    return sa.and_(*(relations.c[name] == value for name, value in keys.items()))


def list_relations(connection: Connection, principal: str, now: str) -> list[RelationRecord]:
    """A principal's relations in force."""
    lasting = relations.c.until.is_(None) | (relations.c.until > now)
    rows = connection.execute(sa.select(relations).where(relations.c.principal == principal, lasting)).mappings()
    return [RelationRecord(**row) for row in rows]


def ties_of(connection: Connection, principal: str, now: str) -> Iterator[tuple[str, str, str]]:
    """(relation, patient key, study UID) of everything in force, emergency access too."""
    for one in list_relations(connection, principal, now):
        yield one.relation, one.patient_key, one.study_uid
    query = sa.select(emergencies.c.patient_key).where(emergencies.c.principal == principal, emergencies.c.until > now)
    for (patient_key,) in connection.execute(query):
        yield Relation.EMERGENCY.value, patient_key, ""


def add_restriction(connection: Connection, restriction: Restriction) -> bool:
    """Close a record; False when it is closed."""
    row = {name: getattr(restriction, name) for name in ("patient_key", "reason", "at", "by")}
    return insert_if_absent(connection, restrictions, **row)


def remove_restriction(connection: Connection, patient_key: str) -> bool:
    """Open a record; False when it is open."""
    return connection.execute(sa.delete(restrictions).where(restrictions.c.patient_key == patient_key)).rowcount == 1


def is_restricted(connection: Connection, patient_key: str) -> bool:
    """Whether a patient's record is closed."""
    query = sa.select(restrictions.c.patient_key).where(restrictions.c.patient_key == patient_key)
    return connection.execute(query).first() is not None


def list_restrictions(connection: Connection) -> list[Restriction]:
    """Every closed record, the last closed first."""
    rows = connection.execute(sa.select(restrictions).order_by(restrictions.c.at.desc(), restrictions.c.patient_key)).mappings()
    return [Restriction(**row) for row in rows]


def add_emergency(connection: Connection, access: EmergencyAccess) -> None:
    """Insert an emergency access."""
    connection.execute(sa.insert(emergencies).values(**_row(access)))


def _row(access: EmergencyAccess) -> dict[str, Any]:
    return {column.name: getattr(access, column.name) for column in emergencies.c}


def find_emergency(connection: Connection, key: str) -> EmergencyAccess | None:
    """One emergency access, or None."""
    row = connection.execute(sa.select(emergencies).where(emergencies.c.key == key)).mappings().first()
    return EmergencyAccess(**row) if row else None


def list_emergencies(
    connection: Connection, *, principal: str | None = None, unreviewed: bool = False
) -> list[EmergencyAccess]:
    """Emergency accesses, the newest first; of one principal, or those that nobody has reviewed, when asked."""
    query = sa.select(emergencies).order_by(emergencies.c.at.desc(), emergencies.c.key)
    if principal is not None:
        query = query.where(emergencies.c.principal == principal)
    if unreviewed:
        query = query.where(emergencies.c.reviewed_at.is_(None))
    return [EmergencyAccess(**row) for row in connection.execute(query).mappings()]


def end_emergency(connection: Connection, key: str, now: str) -> None:
    """End an emergency access at this moment."""
    connection.execute(sa.update(emergencies).where(emergencies.c.key == key).values(until=now))


def review_emergency(connection: Connection, key: str, **review: Any) -> bool:
    """Write the review down; False when there is one already."""
    mine = (emergencies.c.key == key) & emergencies.c.reviewed_at.is_(None)
    return connection.execute(sa.update(emergencies).where(mine).values(**review)).rowcount == 1


def remove_relations_of(connection: Connection, principal: str, now: str) -> None:
    """End everything that ties a principal to patients and studies: the name may be somebody else's one day."""
    connection.execute(sa.delete(relations).where(relations.c.principal == principal))
    mine = (emergencies.c.principal == principal) & (emergencies.c.until > now)
    connection.execute(sa.update(emergencies).where(mine).values(until=now))


def forget_relations(connection: Connection, ended_before: str) -> int:
    """Delete relations that ended; returns how many."""
    return connection.execute(sa.delete(relations).where(relations.c.until < ended_before)).rowcount
