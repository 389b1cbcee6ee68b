"""What every test may ask for: a clock, a database of each kind, an object store of each kind, real servers.

Servers start when the first test asks for one and serve the whole session; each test gets its own database or prefix.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests import servers

from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database, metadata
from sixfold.kernel.ids import new_key
from sixfold.kernel.objects import FolderObjects, MemoryObjects, Objects, S3Objects


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands at a winter noon."""
    return HandClock(datetime(2026, 1, 15, 12, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The session's PostgreSQL, as a URL without a database."""
    with servers.postgresql() as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """An empty database on a real PostgreSQL."""
    with servers.new_database(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The session's S3, as the URL of a bucket."""
    with servers.s3() as url:
        yield url


@pytest.fixture
def s3_url(s3_server: str) -> str:
    """An empty prefix in a bucket of a real S3."""
    bucket, _, query = s3_server.partition("?")
    return f"{bucket}/{new_key()}?{query}"


def with_tables(database: Database) -> Database:
    """The database with every table that the test's imports declared."""
    with database.write() as transaction:
        metadata.create_all(transaction.connection)
    return database


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with empty tables."""
    database = with_tables(Database(f"sqlite:///{tmp_path / 'index.sqlite'}"))
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind, for tests of several processes."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'index.sqlite'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of each kind with empty tables."""
    database = with_tables(Database(database_url))
    yield database
    database.close()


@pytest.fixture(params=["folder", "memory", pytest.param("s3", marks=pytest.mark.s3)])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    """An empty object store of each kind, the fake among them."""
    if request.param == "folder":
        return FolderObjects(tmp_path / "objects")
    if request.param == "memory":
        return MemoryObjects()
    return S3Objects(request.getfixturevalue("s3_url"))
