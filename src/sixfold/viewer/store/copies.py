"""Which series the copies hold: tables of the copies' own database, which is thrown away with them."""

import hashlib
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from sixfold.kernel.database import Database, metadata

copies_metadata = sa.MetaData()
series = sa.Table(
    "copied_series",
    copies_metadata,
    sa.Column("study_uid", sa.Text, primary_key=True),
    sa.Column("series_uid", sa.Text, primary_key=True),
    sa.Column("instances", sa.Integer, nullable=False),
    sa.Column("sources", sa.Text, nullable=False),  # JSON: the sources that it was retrieved from
    sa.Column("missing", sa.Text, nullable=False),  # JSON: why which source gave nothing, or not all
    sa.Column("fetched_at", sa.Text, nullable=False),
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
    """A series that was copied: how many instances came, from where, and what went wrong with whom."""

    series_uid: str
    instances: int
    sources: tuple[str, ...]
    missing: dict[str, str]
    fetched_at: str


def fingerprint() -> str:
    """What the tables look like; copies made by another version of them are of no use."""
    tables = [*metadata.tables.values(), *copies_metadata.tables.values()]
    columns = sorted(f"{table.name}.{column.name}:{column.type!r}" for table in tables for column in table.c)
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()[:16]


def make_tables(database: Database) -> None:
    """Make what is not there yet; others may do so at the same time."""
    with database.write() as transaction:
        metadata.create_all(transaction.connection)
        copies_metadata.create_all(transaction.connection)


def series_of(database: Database, study_uid: str) -> dict[str, CopiedSeries]:
    """The copied series of a study by their UIDs."""
    query = sa.select(series).where(series.c.study_uid == study_uid)
    with database.read() as connection:
        return {row.series_uid: _copied(row) for row in connection.execute(query)}


def _copied(row: sa.Row[tuple[object, ...]]) -> CopiedSeries:
    sources = msgspec.json.decode(row.sources, type=tuple[str, ...])
    return CopiedSeries(row.series_uid, row.instances, sources, msgspec.json.decode(row.missing), row.fetched_at)


def note(database: Database, study_uid: str, found: Iterable[CopiedSeries], size: int, now: str) -> None:
    """Write down what was copied of a study, and that it was used just now; `size` bytes were added."""
    with database.write(synced=False) as transaction:
        connection = transaction.connection
        for one in found:
            mine = (series.c.study_uid == study_uid) & (series.c.series_uid == one.series_uid)
            connection.execute(sa.delete(series).where(mine))
            row = {"instances": one.instances, "fetched_at": one.fetched_at}
            row |= {"sources": msgspec.json.encode(one.sources).decode(), "missing": msgspec.json.encode(one.missing).decode()}
            connection.execute(sa.insert(series).values(study_uid=study_uid, series_uid=one.series_uid, **row))
        known = sa.update(studies).where(studies.c.study_uid == study_uid)
        if connection.execute(known.values(bytes=studies.c.bytes + size, used_at=now)).rowcount == 0:
            connection.execute(sa.insert(studies).values(study_uid=study_uid, bytes=size, used_at=now))


def touch(database: Database, study_uid: str, now: str) -> None:
    """A study was used just now."""
    with database.write(synced=False) as transaction:
        transaction.connection.execute(sa.update(studies).where(studies.c.study_uid == study_uid).values(used_at=now))


def forget(connection: sa.Connection, study_uid: str) -> None:
    """A study's copies are gone."""
    for table in (series, studies):
        connection.execute(sa.delete(table).where(table.c.study_uid == study_uid))


def total(database: Database) -> int:
    """The bytes of all copies."""
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.coalesce(sa.func.sum(studies.c.bytes), 0))).scalar_one())


def least_used(database: Database, before: str) -> str | None:
    """The study that was not used for longest, and not since a moment."""
    query = sa.select(studies.c.study_uid).where(studies.c.used_at < before).order_by(studies.c.used_at).limit(1)
    with database.read() as connection:
        return connection.execute(query).scalar()
