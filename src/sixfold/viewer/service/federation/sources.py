"""The registry of remote archives: made known, changed, forgotten, opened for those who ask them."""

import msgspec

from sixfold.governance.model import Principal
from sixfold.governance.model.places import Belonging
from sixfold.governance.service.places import check_belonging
from sixfold.governance.store.keys import Seal
from sixfold.kernel import events
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_key
from sixfold.viewer.model.federation import (
    SOURCE_PUT,
    SOURCE_REMOVED,
    Anonymous,
    BadSource,
    Basic,
    Bearer,
    Credential,
    NoSuchSource,
    Source,
)
from sixfold.viewer.rules.federation import sources as rules
from sixfold.viewer.store import federation as store

_KINDS = {Anonymous: "none", Bearer: "bearer", Basic: "basic"}


class Sources:
    """Every archive that an administrator made known; a change is in force here at once, elsewhere within five seconds."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        self.changes = 0
        """How often this process changed the registry."""

    def every(self) -> list[Source]:
        """All archives, those too that are not asked."""
        with self._database.read() as connection:
            return store.list_sources(connection)

    def find(self, key: str) -> Source:
        """One archive; raises `NoSuchSource`."""
        return self.opened(key)[0]

    def opened(self, key: str) -> tuple[Source, Credential]:
        """An archive with what we prove ourselves by; raises `NoSuchSource`, `SealBroken`, `KeyUnavailable`."""
        with self._database.read() as connection:
            found = store.find_source(connection, key)
        if found is None:
            raise NoSuchSource(f"there is no remote archive '{key[:64]}'")
        return found[0], self._open(found[1])

    def put(self, source: Source, credential: Credential | None, *, by: Principal) -> Source:
        """Make an archive known, or change it; without a credential the kept one stays. Raises `BadSource`, `BadEntry`."""
        checked = rules.check_source(msgspec.structs.replace(source, revision=new_key()))
        with self._database.write() as transaction:
            if checked.facility:
                check_belonging(transaction.connection, Belonging(facilities=frozenset({checked.facility})))
            before = store.find_source(transaction.connection, checked.key, lock=True)
            given = self._credential(before, checked) if credential is None else credential
            rules.check_credential(given, checked.reach)
            kept = msgspec.structs.replace(checked, credential=_KINDS[type(given)])
            sealed = None if isinstance(given, Anonymous) else self._seal.seal(msgspec.json.encode(given).decode())
            store.put_source(transaction.connection, kept, sealed)
            events.record(transaction, SOURCE_PUT, subject=kept.key, actor=by.actor, payload=_told(kept))
        self.changes += 1
        return kept

    def remove(self, key: str, *, by: Principal) -> None:
        """Forget an archive and its secret; raises `NoSuchSource`."""
        with self._database.write() as transaction:
            if not store.remove_source(transaction.connection, key):
                raise NoSuchSource(f"there is no remote archive '{key[:64]}'")
            events.record(transaction, SOURCE_REMOVED, subject=key, actor=by.actor, payload={})
        self.changes += 1

    def _credential(self, before: tuple[Source, str | None] | None, after: Source) -> Credential:
        """What was kept, where it may still be sent."""
        if before is None or before[1] is None:
            return Anonymous()
        if not rules.may_keep(before[0], after):
            raise BadSource("the archive is elsewhere now: give its credential anew, or none")
        return self._open(before[1])

    def _open(self, sealed: str | None) -> Credential:
        if sealed is None:
            return Anonymous()
        opened: Credential = msgspec.json.decode(self._seal.open(sealed), type=Credential)
        return opened


def _told(source: Source) -> dict[str, object]:
    return {
        "title": source.title,
        "kind": rules.kind_of(source.reach),
        "address": rules.address_of(source.reach),
        "enabled": source.enabled,
        "facility": source.facility,
        "issuer": source.issuer,
        "credential": source.credential,
    }
