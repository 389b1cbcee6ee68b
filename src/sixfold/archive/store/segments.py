"""Which rows speak of a landing segment, or of what stands in it."""

from collections.abc import Sequence

import sqlalchemy as sa

from sixfold.archive.store import tables as t
from sixfold.archive.store.index import add_container
from sixfold.archive.store.locate import some_at_once
from sixfold.kernel.database import Database


def container_of(database: Database, name: str) -> int:
    """The container of a segment; registered anew when its row was lost with the machine."""
    query = sa.select(t.container.c.id).where(t.container.c.kind == "segment", t.container.c.key == name)
    with database.read() as connection:
        found = connection.execute(query).scalar()
    if found is not None:
        return int(found)
    with database.write() as transaction:
        return add_container(transaction.connection, "segment", name)


def name_of(database: Database, container: int) -> str:
    """The name of a segment's file; empty for another container."""
    query = sa.select(t.container.c.key).where(t.container.c.kind == "segment", t.container.c.id == container)
    with database.read() as connection:
        return connection.execute(query).scalar() or ""


def known_offsets(database: Database, container: int) -> set[int]:
    """The offsets of a segment's members that have a row."""
    with database.read() as connection:
        rows = connection.execute(
            sa.union_all(*(sa.select(table.c.offset).where(table.c.container_ref == container) for table in _SPEAKING))
        )
        return {row[0] for row in rows}


def contents_with_rows(database: Database, sop_uids: Sequence[str]) -> set[tuple[str, str]]:
    """The contents under these UIDs that have a row, wherever they stand: (SOP Instance UID, SHA-256 in hexadecimal)."""
    with database.read() as connection:
        return {
            (row[0], bytes(row[1]).hex())
            for some in some_at_once(sop_uids)
            for table in _SPEAKING
            for row in connection.execute(sa.select(table.c.sop_uid, table.c.digest).where(table.c.sop_uid.in_(some)))
        }


def forget_if_empty(database: Database, container: int) -> bool:
    """Remove the segment's row if nothing speaks of it; True when it may be deleted."""
    with database.read() as connection:
        if _spoken_of(connection, container):
            return False
    with database.write() as transaction:
        if _spoken_of(transaction.connection, container):
            return False
        transaction.connection.execute(sa.delete(t.container).where(t.container.c.id == container))
    return True


def _spoken_of(connection: sa.Connection, container: int) -> bool:
    queries = (sa.select(table.c.id).where(table.c.container_ref == container).limit(1) for table in _SPEAKING)
    return any(connection.execute(query).first() is not None for query in queries)


_SPEAKING = (t.instance, t.quarantine)
