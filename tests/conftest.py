"""What every test may ask for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database, metadata


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands at a winter noon."""
    return HandClock(datetime(2026, 1, 15, 12, 0, tzinfo=UTC))


def with_tables(database: Database) -> Database:
    """The database with every table that the test's imports declared."""
    with database.write() as transaction:
        metadata.create_all(transaction.connection)
    return database


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database with its tables."""
    database = with_tables(Database(f"sqlite:///{tmp_path / 'index.sqlite'}"))
    yield database
    database.close()


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database
