"""The web edge of an archive on each real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.houses import open_house
from tests.webs import Web, open_web

from sixfold.kernel.database import Database


@pytest.fixture
def web(tmp_path: Path, database: Database) -> Iterator[Web]:
    """A client of an empty archive."""
    house = open_house(tmp_path, database)
    with open_web(house) as made:
        yield made
    house.archive.close()
