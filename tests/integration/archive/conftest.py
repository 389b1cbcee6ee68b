"""The web edge of an archive: over SQLite where only the edge is looked at, over each real database where rows change."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.houses import open_house
from tests.webs import Web, open_web

from sixfold.kernel.database import Database


@contextmanager
def _opened(folder: Path, database: Database) -> Iterator[Web]:
    house = open_house(folder, database)
    with open_web(house) as made:
        yield made
    house.archive.close()


@pytest.fixture
def web(tmp_path: Path, sqlite_database: Database) -> Iterator[Web]:
    """A client of an empty archive."""
    with _opened(tmp_path, sqlite_database) as made:
        yield made


@pytest.fixture
def web_of_each(tmp_path: Path, database: Database) -> Iterator[Web]:
    """A client of an empty archive on each database."""
    with _opened(tmp_path, database) as made:
        yield made
