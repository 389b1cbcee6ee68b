"""Background work of governance: forgetting what can never count again, ending votes, replays."""

from datetime import datetime

from sixfold.governance import rules, store
from sixfold.governance.service.boards import Boards
from sixfold.governance.service.policies import PolicyBook
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.duties import Duty


def duties(database: Database, clock: Clock = utc_now) -> list[Duty]:
    """The duties for the worker."""

    def tidy() -> int:
        _tidy(database, clock())
        return 0  # one pass does it all

    boards = Boards(database, clock, PolicyBook(database, clock))
    return [
        Duty("governance-tidy", tidy, every=3600.0),
        Duty("governance-votes", boards.closing.close_due, every=30.0),
        Duty("governance-replays", boards.replays.step, every=1.0),
    ]


def _tidy(database: Database, now: datetime) -> int:
    """Delete ended sessions, spent links and forgotten failures; returns how many rows."""
    with database.write(synced=False) as transaction:
        return store.tidy(
            transaction.connection,
            to_text(now),
            to_text(now - rules.SESSION_IDLE),
            to_text(now - rules.SESSION_LIFE),
            to_text(now - rules.FAILURES_FORGOTTEN),
        )
