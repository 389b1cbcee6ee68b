"""Sorting studies anew: how far it came under which rules, and the studies that are next."""

from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from sixfold.archive.store import tables as t
from sixfold.kernel.database import insert_if_absent, metadata

progress = sa.Table(
    "study_sorting",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),  # there is one row
    sa.Column("rules", sa.Text, nullable=False),  # a digest of the rules
    sa.Column("after", sa.BigInteger, nullable=False),  # the last study that was sorted by them
    sa.Column("done", sa.Boolean, nullable=False),
)
_ONE = 1


class Unsorted(NamedTuple):
    """A study that is next; `facts` is JSON."""

    ref: int
    study_uid: str
    patient_key: str
    traits: int
    facts: bytes
    modalities: str


def come_to(connection: sa.Connection, rules: str) -> tuple[int, bool]:
    """The last study that was sorted by these rules, and whether all were; begins anew with other rules."""
    insert_if_absent(connection, progress, number=_ONE, rules="", after=0, done=False)
    row = connection.execute(sa.select(progress.c.rules, progress.c.after, progress.c.done)).one()
    if row.rules == rules:
        return row.after, row.done
    connection.execute(sa.update(progress).values(rules=rules, after=0, done=False))
    return 0, False


def note(connection: sa.Connection, after: int, *, done: bool) -> None:
    """Write down how far it came."""
    connection.execute(sa.update(progress).values(after=after, done=done))


def next_studies(connection: sa.Connection, after: int, size: int) -> list[Unsorted]:
    """The next studies by their number."""
    columns = (t.study.c.id, t.study.c.study_uid, t.patient.c.patient_key)
    query = (
        sa.select(*columns, t.study.c.traits_ref, t.study.c.facts, t.study.c.modalities)
        .join(t.patient, t.patient.c.id == t.study.c.patient_ref)
        .where(t.study.c.id > after)
        .order_by(t.study.c.id)
        .limit(size)
    )
    return [Unsorted(row[0], row[1], row[2], row[3], bytes(row[4]), row[5]) for row in connection.execute(query)]


def place(connection: sa.Connection, numbers: Mapping[int, int]) -> None:
    """Give studies other traits: their numbers by the studies'."""
    for ref, number in numbers.items():
        connection.execute(sa.update(t.study).where(t.study.c.id == ref).values(traits_ref=number))
