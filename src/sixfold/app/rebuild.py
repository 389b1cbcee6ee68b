"""`sixfold rebuild`: the index made anew from stored objects, or compared with what they say."""

import sys
import tempfile
from pathlib import Path

from sixfold.app.schema import migrate
from sixfold.archive.service.rebuild import Rebuild, differences
from sixfold.archive.service.sight import placing
from sixfold.governance import Governance
from sixfold.kernel.database import Database, metadata
from sixfold.kernel.objects import open_objects
from sixfold.kernel.settings import Settings

_LOOKS = 3
_MOST = 100


def rebuild(settings: Settings, *, check: bool) -> int:
    """Fill the empty index, or with `check` make a second one and say where they differ; exit status 1 if they do."""
    migrate(settings)
    if check:
        return _check(settings)
    database = Database(settings.database)
    count = _fill(settings, database)
    database.close()
    _say(f"{count} objects were indexed")
    return 0


def _check(settings: Settings) -> int:
    """Compare, up to three times: in an archive in use, only a difference that is there each time is one."""
    count, told = _look(settings)
    for _ in range(_LOOKS - 1):
        if told:
            _say(f"{count} objects were compared, {len(told)} differences were seen; looking once more whether they stay")
            count, again = _look(settings)
            seen = set(again)
            told = [line for line in told if line in seen]
    for line in told[:_MOST]:
        _say(line)
    _say(f"{count} objects were compared: {'they differ' if told else 'the index in use equals what is stored'}")
    return 1 if told else 0


def _look(settings: Settings) -> tuple[int, list[str]]:
    """How many objects are stored, and how an index made of them differs from the one in use."""
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        second = Database(f"sqlite:///{Path(folder) / 'index.sqlite'}")
        with second.write() as transaction:
            metadata.create_all(transaction.connection)
        count = _fill(settings, second)
        live = Database(settings.database)
        told = differences(live, second)
        live.close()
        second.close()
    return count, told


def _fill(settings: Settings, database: Database) -> int:
    place = placing(Governance(database))
    work = Rebuild(database, open_objects(settings.objects), settings.home / "landing", place)
    return work.run(_progress)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {total}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
