"""Which series the copies hold: tables of the copies' own database, which is thrown away with them.

What came from whom is written with each instance; a series has its row once its archive has said all, for better or worse.
"""

import hashlib
from collections.abc import Collection, Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

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
listed = sa.Table(  # what an archive says that it will send by C-MOVE
    "listed_instance",
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


def delivered_by(database: Database, study_uid: str, sources: Collection[str], series_uid: str = "") -> frozenset[str]:
    """The SOP Instance UIDs of a study, or of one series, that any of the sources delivered."""
    mine = (instances.c.study_uid == study_uid) & instances.c.source.in_(sources)
    if series_uid:
        mine &= instances.c.series_uid == series_uid
    with database.read() as connection:
        return frozenset(connection.scalars(sa.select(instances.c.sop_uid).where(mine)))


def has(database: Database, study_uid: str, sop_uid: str, sources: Collection[str]) -> bool:
    """Whether any of the sources delivered an instance of a study."""
    mine = (instances.c.study_uid == study_uid) & (instances.c.sop_uid == sop_uid) & instances.c.source.in_(sources)
    with database.read() as connection:
        return connection.execute(sa.select(instances.c.sop_uid).where(mine).limit(1)).first() is not None


class Came(msgspec.Struct, frozen=True):
    """An instance that is here: of which study and series, from which archive."""

    study_uid: str
    source: str
    sop_uid: str
    series_uid: str


def came(connection: sa.Connection, rows: Iterable[Came]) -> None:
    """Write down who delivered what; what is known stays."""
    told = [msgspec.structs.asdict(row) for row in rows]
    if told:
        connection.execute(sqlite.insert(instances).on_conflict_do_nothing(), told)


def grow(connection: sa.Connection, study_uid: str, size: int, now: str) -> None:
    """A study's copies have grown by so many bytes, just now."""
    row = sqlite.insert(studies).values(study_uid=study_uid, bytes=size, used_at=now)
    grown = {"bytes": studies.c.bytes + row.excluded.bytes, "used_at": row.excluded.used_at}
    connection.execute(row.on_conflict_do_update(index_elements=["study_uid"], set_=grown))


def note(database: Database, study_uid: str, ended: CopiedSeries, delivered: Delivered) -> CopiedSeries:
    """Write down how a series came from a source to its end; returns it with the number of what is here from there."""
    series_uid, source = ended.series_uid, ended.source
    mine = (instances.c.study_uid == study_uid) & (instances.c.source == source) & (instances.c.series_uid == series_uid)
    with database.write(synced=False) as transaction:
        connection = transaction.connection
        came(connection, (Came(study_uid, source, uid, series_uid) for uid in sorted(delivered.instances)))
        grow(connection, study_uid, 0, ended.fetched_at)
        count = connection.execute(sa.select(sa.func.count()).where(mine)).scalar_one()
        ended = msgspec.structs.replace(ended, instances=count)
        row = sqlite.insert(series).values(study_uid=study_uid, **msgspec.structs.asdict(ended))
        told = {name: row.excluded[name] for name in ("instances", "why", "fetched_at")}
        connection.execute(row.on_conflict_do_update(index_elements=["study_uid", "series_uid", "source"], set_=told))
    return ended


def expect(database: Database, rows: Iterable[Came]) -> None:
    """Write down what an archive is about to send on an association of its own."""
    told = [msgspec.structs.asdict(row) for row in rows]
    if told:
        with database.write(synced=False) as transaction:
            transaction.connection.execute(sqlite.insert(listed).on_conflict_do_nothing(), told)


def expect_no_more(database: Database, study_uid: str, series_uid: str, source: str) -> None:
    """An archive sends no more of a series."""
    mine = (listed.c.study_uid == study_uid) & (listed.c.series_uid == series_uid) & (listed.c.source == source)
    with database.write(synced=False) as transaction:
        transaction.connection.execute(sa.delete(listed).where(mine))


def senders(connection: sa.Connection, study_uid: str, sop_uid: str) -> list[str]:
    """The archives that an instance is expected from."""
    mine = (listed.c.study_uid == study_uid) & (listed.c.sop_uid == sop_uid)
    return list(connection.scalars(sa.select(listed.c.source).where(mine)))


def touch(database: Database, study_uid: str, now: str) -> None:
    """A study was used just now."""
    with database.write(synced=False) as transaction:
        transaction.connection.execute(sa.update(studies).where(studies.c.study_uid == study_uid).values(used_at=now))


def forget(connection: sa.Connection, study_uid: str) -> None:
    """A study's copies are gone."""
    for table in (series, instances, listed, studies):
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
