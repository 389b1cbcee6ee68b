"""What every test may ask for: a clock, a database of each kind, an object store of each kind, real servers.

Servers start when the first test asks for one and serve the whole session; each test gets its own database or prefix.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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


def make_tables(url: str) -> None:
    """Make every table that the session's imports declared."""
    database = Database(url)
    with database.write() as transaction:
        metadata.create_all(transaction.connection)
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with empty tables, to be copied: to make them takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "index.sqlite"
    make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """The name of a PostgreSQL database with empty tables, to be copied."""
    with servers.new_database(postgresql_server) as url:
        make_tables(url)
        yield url.rpartition("/")[2]


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with empty tables."""
    database = Database(f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'index.sqlite')}")
    yield database
    database.close()


KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@contextmanager
def database_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The URL of a database of a kind with empty tables."""
    if kind == "sqlite":
        yield f"sqlite:///{shutil.copyfile(request.getfixturevalue('sqlite_template'), folder / 'index.sqlite')}"
        return
    server, template = request.getfixturevalue("postgresql_server"), request.getfixturevalue("postgresql_template")
    with servers.new_database(server, template) as url:
        yield url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of each kind with empty tables, for tests of several processes."""
    with database_of(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'index.sqlite'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of each kind with empty tables."""
    database = Database(database_url)
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
