"""The migrations make exactly the tables that the code declares, on both databases, however many start at once."""

import threading
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import sixfold.app.worker  # noqa: F401  so that every part has declared its tables
from sixfold.app.schema import migrate
from sixfold.kernel.database import Database, metadata
from sixfold.kernel.settings import read_settings


def test_an_empty_database_becomes_what_the_code_declares(tmp_path: Path, empty_database_url: str) -> None:
    settings = read_settings({}, home=str(tmp_path / "home"), database_url=empty_database_url)
    threads = [threading.Thread(target=migrate, args=(settings,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database = Database(empty_database_url)
    with database.migrating() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    database.close()
    assert differences == []
