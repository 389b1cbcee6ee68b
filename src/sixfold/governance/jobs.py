"""Background work of governance: forgetting what can never count again, and counting for the scorecards."""

from datetime import datetime

from sixfold.governance import rules, store
from sixfold.governance.service import Governance
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.duties import Duty


def duties(database: Database, clock: Clock = utc_now) -> list[Duty]:
    """The duties for the worker."""

    def tidy() -> int:
        _tidy(database, clock())
        return 0  # one pass does it all

    return [Duty("governance-tidy", tidy, every=3600.0)]


def counting(governance: Governance) -> Duty:
    """The duty that takes the scorecards' facts from the feed; governance needs the archive's directory for it."""
    return Duty("governance-scorecards", governance.scorecards.facts.advance, every=1.0)


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
