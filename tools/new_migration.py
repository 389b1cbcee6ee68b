"""Write a migration from the difference between an empty, migrated database and the tables that the code declares.

.venv/bin/python tools/new_migration.py "what changes"
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

import sixfold.app
from sixfold.app.schema import migrate
from sixfold.kernel.database import Database
from sixfold.kernel.settings import read_settings


def main() -> None:
    """Migrate a new SQLite database to the newest revision, then write the next one."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({}, home=folder)
        versions = Path(sixfold.app.__file__).parent / "migrations" / "versions"
        if any(versions.glob("*.py")):
            migrate(settings)
        number = len(list(versions.glob("[0-9]*.py"))) + 1
        database = Database(settings.database)
        with database.migrating() as connection:
            config = Config()
            config.set_main_option("script_location", str(versions.parent))
            config.attributes["connection"] = connection
            command.revision(config, sys.argv[1], autogenerate=True, rev_id=f"{number:04d}")


main()
