"""Which series the copies hold: tables of the copies' own database, which is thrown away with them."""

import hashlib
from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from sixfold.archive.store import tables as t
from sixfold.kernel.database import Database, events, metadata
from sixfold.viewer.model.retrieval import Delivered

copies_metadata = sa.MetaData()
series = sa.Table(
    "copied_series",
    copies_metadata,
    sa.Column("study_uid", sa.Text, primary_key=True),
    sa.Column("series_uid", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("instances", sa.Integer, nullable=False),
    sa.Column("why", sa.Text, nullable=False),  # what went wrong, empty when nothing did
    sa.Column("fetched_at", sa.Text, nullable=False),
)
instances = sa.Table(
    "copied_instance",
    copies_metadata,
    sa.Column("study_uid", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("sop_uid", sa.Text, primary_key=True),
    sa.Column("series_uid", sa.Text, nullable=False),
)
studies = sa.Table(
    "copied_study",
    copies_metadata,
    sa.Column("study_uid", sa.Text, primary_key=True),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("used_at", sa.Text, nullable=False),
    sa.Index("copied_study_by_use", "used_at"),
)


class CopiedSeries(msgspec.Struct, frozen=True):
    """What came of a series from one archive: how many instances, what went wrong, and when."""

    series_uid: str
    source: str
    instances: int
    why: str
    fetched_at: str


_INDEX = (t.container, t.pack, t.patient, t.study, t.study_word, t.study_modality, t.series, t.instance, t.quarantine, events)
"""Of the index, what an archive needs that is neither sealed nor promised; named, since processes know different tables."""


def fingerprint() -> str:
    """What the tables look like; copies made by another version of them are of no use."""
    tables = [*_INDEX, *copies_metadata.sorted_tables]
    columns = [f"{table.name}.{column.name}:{column.type!r}" for table in tables for column in table.c]
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()[:16]


def make_tables(database: Database) -> None:
    """Make what is not there yet."""
    with database.write() as transaction:
        metadata.create_all(transaction.connection, tables=_INDEX)
        copies_metadata.create_all(transaction.connection)


def series_of(database: Database, study_uid: str) -> dict[tuple[str, str], CopiedSeries]:
    """What was copied of a study, by series and source."""
    query = sa.select(*(series.c[name] for name in CopiedSeries.__struct_fields__)).where(series.c.study_uid == study_uid)
    with database.read() as connection:
        return {(row.series_uid, row.source): CopiedSeries(*row) for row in connection.execute(query)}


def delivered_by(database: Database, study_uid: str, sources: Collection[str]) -> frozenset[str]:
    """The SOP Instance UIDs of a study that any of the sources delivered."""
    mine = (instances.c.study_uid == study_uid) & instances.c.source.in_(sources)
    with database.read() as connection:
        return frozenset(connection.scalars(sa.select(instances.c.sop_uid).where(mine)))


def note(database: Database, study_uid: str, came: CopiedSeries, delivered: Delivered, now: str) -> None:
    """Write down what a source delivered of a series, and that the study was used just now."""
    mine = {"study_uid": study_uid, "source": came.source, "series_uid": came.series_uid}
    with database.write(synced=False) as transaction:
        connection = transaction.connection
        for table in (series, instances):
            connection.execute(sa.delete(table).where(*(table.c[name] == value for name, value in mine.items())))
        connection.execute(sa.insert(series).values(study_uid=study_uid, **msgspec.structs.asdict(came)))
        rows = [mine | {"sop_uid": uid} for uid in sorted(delivered.instances)]
        if rows:
            connection.execute(sa.insert(instances), rows)
        known = sa.update(studies).where(studies.c.study_uid == study_uid)
        if connection.execute(known.values(bytes=studies.c.bytes + delivered.bytes, used_at=now)).rowcount == 0:
            connection.execute(sa.insert(studies).values(study_uid=study_uid, bytes=delivered.bytes, used_at=now))


def touch(database: Database, study_uid: str, now: str) -> None:
    """A study was used just now."""
    with database.write(synced=False) as transaction:
        transaction.connection.execute(sa.update(studies).where(studies.c.study_uid == study_uid).values(used_at=now))


def forget(connection: sa.Connection, study_uid: str) -> None:
    """A study's copies are gone."""
    for table in (series, instances, studies):
        connection.execute(sa.delete(table).where(table.c.study_uid == study_uid))


def total(database: Database) -> int:
    """The bytes of all copies."""
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.coalesce(sa.func.sum(studies.c.bytes), 0))).scalar_one())


def unnoted(database: Database, before: str) -> list[str]:
    """Studies of which something came that nobody wrote down, and nothing since a moment: who fetched them has died."""
    noted = sa.select(studies.c.study_uid)
    query = sa.select(t.study.c.study_uid).where(t.study.c.last_received < before, t.study.c.study_uid.not_in(noted))
    with database.read() as connection:
        return list(connection.scalars(query))


def least_used(database: Database, before: str) -> str | None:
    """The study that was not used for longest, and not since a moment."""
    query = sa.select(studies.c.study_uid).where(studies.c.used_at < before).order_by(studies.c.used_at).limit(1)
    with database.read() as connection:
        return connection.execute(query).scalar()
