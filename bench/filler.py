"""Our archive with an index of many studies that were never sent: what search and ingest do at 200,000 or a million."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.measure import OURS
from bench.peers import Server, running


def fill(database_url: str, studies: int) -> None:
    """Write index rows for `studies` studies into an empty, migrated database."""
    from sixfold.archive.store.fill import fill as fill_index
    from sixfold.kernel.database import Database

    database = Database(database_url)
    try:
        fill_index(database, studies)
    finally:
        database.close()
    settle(database_url)


def settle(database_url: str) -> None:
    """Rows that come one by one are vacuumed on the way (autovacuum_vacuum_insert_threshold); these came all at once."""
    if database_url.startswith("postgresql"):
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")


@contextmanager
def filled(studies: int) -> Iterator[Server]:
    """Our server over an index of `studies` studies: started to migrate, stopped to fill, started again."""
    with running(OURS) as server:
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(30)
        fill(server.database_url(), studies)
        server.restart()
        yield server


__all__ = ["fill", "filled", "settle"]
