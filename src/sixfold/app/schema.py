"""The database's schema: migrations run at start, one process at a time (`migrations/`)."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from sixfold.kernel.database import Database
from sixfold.kernel.settings import Settings

_MIGRATING = 0x5159


def migrate(settings: Settings) -> None:
    """Bring the database to the newest revision; others who start at the same time wait. Refuses a newer schema."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database)
    try:
        with _alone(database, settings.home), database.migrating() as connection:
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        database.close()


@contextmanager
def _alone(database: Database, home: Path) -> Iterator[None]:
    """Hold the lock of migrations: a file for SQLite, an advisory lock for PostgreSQL."""
    if database.dialect == "sqlite":
        with (home / "migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with database.migrating() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATING})
        try:
            yield
        finally:
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATING})
