"""Background work of governance: forgetting what can never count again, votes, replays, scorecards; the audit's own."""

from datetime import datetime
from pathlib import Path

from sixfold.governance import rules, store
from sixfold.governance.service import Governance
from sixfold.governance.service.boards import Boards
from sixfold.governance.service.heads import Heads, Signer, Witness, key_file
from sixfold.governance.service.merkle import MerkleLog
from sixfold.governance.service.policies import PolicyBook
from sixfold.governance.service.sink import Sink, sender
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.duties import Duty
from sixfold.kernel.settings import Settings

_MINUTE = 60.0


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


def audit_duties(database: Database, settings: Settings, clock: Clock = utc_now) -> list[Duty]:
    """What makes the audit provable and sends it on; raises `KeyUnusable`."""
    heads = Heads(database, Signer.kept(key_file(settings.home)), clock)

    def sign() -> int:
        heads.sign()
        return 0  # once a minute

    found = [
        Duty("audit-seal", MerkleLog(database).seal, every=1.0),
        Duty("audit-sign", sign, every=_MINUTE),
    ]
    if settings.audit_witness:
        found.append(Duty("audit-witness", Witness(database, Path(settings.audit_witness)).advance, every=5.0))
    if settings.audit_syslog:
        found.append(Duty("audit-syslog", Sink(database, sender(settings), clock).advance, every=1.0, lease=120.0))
    return found


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
