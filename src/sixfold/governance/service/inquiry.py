"""What an auditor asks: the listing, one event, the accounting of disclosures, proofs."""

from collections.abc import Sequence

from sixfold.governance.model import BadEntry
from sixfold.governance.model.audit import AuditFilter, AuditPaging, Disclosure, NotInLog
from sixfold.governance.rules.disclosures import disclosures
from sixfold.governance.service.merkle import MerkleLog
from sixfold.governance.store import trail as store
from sixfold.kernel.database import Database
from sixfold.kernel.events import Event

MOST = 100_000
"""Accesses that one accounting tells of at most."""


class Inquiry:
    """Reads the audit; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.log = MerkleLog(database)

    def events(self, page: AuditPaging, chosen: AuditFilter) -> list[Event]:
        """A page of the audit events that a filter lets through, in the page's order."""
        with self._database.read() as connection:
            return store.find_audit(connection, page, chosen)

    def event(self, seq: int) -> Event:
        """One event; raises `NotInLog`."""
        with self._database.read() as connection:
            found = store.find_event(connection, seq)
        if found is None:
            raise NotInLog("there is no event of that number")
        return found

    def disclosures(self, patient: str, studies: Sequence[str] = (), since: str = "", until: str = "") -> list[Disclosure]:
        """Who saw what of a patient, or of studies known to be theirs, oldest first; raises `BadEntry` for too many."""
        with self._database.read() as connection:
            found = store.accesses(connection, patient, list(studies), (since, until), MOST + 1)
        if len(found) > MOST:
            raise BadEntry(f"there are more than {MOST} accesses: ask for a shorter time")
        return disclosures(found)
