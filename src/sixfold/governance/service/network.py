"""The DICOM network: which AEs may associate with us, and which we can send to."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from sixfold.governance import rules, store
from sixfold.governance.model import (
    AE_ADDED,
    AE_CHANGED,
    AE_REMOVED,
    ASSOCIATION_ADMITTED,
    ASSOCIATION_REJECTED,
    REMOTE_PUT,
    REMOTE_REMOVED,
    SYSTEM,
    BadEntry,
    Calling,
    Destination,
    NoSuchEntry,
    NotAdmitted,
    Peer,
    PeerRule,
    Principal,
    Resource,
    Via,
)
from sixfold.governance.model.places import Belonging
from sixfold.governance.service.audit import AuditTrail
from sixfold.governance.service.places import check_belonging
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_key

_BELIEVED = timedelta(seconds=5)

_AT_FIRST = {
    "loopback4": PeerRule("*", "127.0.0.0/8", "archive-peer", note="any AE on this machine; made at first start"),
    "loopback6": PeerRule("*", "::1", "archive-peer", note="any AE on this machine; made at first start"),
}


class Network:
    """Rules for calling AEs, and the remote AEs that a C-MOVE may name."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail
        self._lock = threading.Lock()
        self._known: tuple[datetime, Sequence[PeerRule]] | None = None

    def seed(self) -> None:
        """Admit AEs of this machine at the first start; a rule that somebody removed does not come back."""
        with self._database.write() as transaction:
            for key, rule in _AT_FIRST.items():
                store.add_peer(transaction.connection, key, rule)

    def admit(self, calling: Calling, our_ae: str) -> Principal:
        """The principal an association acts as; raises `NotAdmitted`. Both are audited."""
        via = Via("A-ASSOCIATE", calling.host)
        try:
            principal = rules.admitted(calling, our_ae, self._rules())
        except NotAdmitted:
            detail = f"{calling.calling_ae.strip()} > {calling.called_ae.strip()}"
            self._trail.note(ASSOCIATION_REJECTED, None, "associate", Resource("association", detail=detail), via)
            raise
        self._trail.note(ASSOCIATION_ADMITTED, principal, "associate", Resource("association"), via)
        return principal

    def _rules(self) -> Sequence[PeerRule]:
        now = self._clock()
        with self._lock:
            if self._known is None or not timedelta() <= now - self._known[0] < _BELIEVED:
                with self._database.read() as connection:
                    self._known = (now, [peer.rule for peer in store.list_peers(connection)])
            return self._known[1]

    def peers(self) -> list[Peer]:
        """The rules in force."""
        with self._database.read() as connection:
            return store.list_peers(connection)

    def add_peer(self, rule: PeerRule, *, by: Principal = SYSTEM) -> Peer:
        """Admit AEs by a new rule; raises `BadEntry`."""
        checked = rules.check_peer(rule)
        peer = Peer(new_key(), checked)
        with self._database.write() as transaction:
            _check_places(transaction.connection, checked)
            store.add_peer(transaction.connection, peer.key, checked)
            events.record(transaction, AE_ADDED, subject=peer.key, actor=by.actor, payload=_told(checked))
        self._forget()
        return peer

    def change_peer(self, key: str, rule: PeerRule, *, by: Principal = SYSTEM) -> Peer:
        """Replace a rule; raises `BadEntry`, `NoSuchEntry`."""
        checked = rules.check_peer(rule)
        with self._database.write() as transaction:
            _check_places(transaction.connection, checked)
            if not store.change_peer(transaction.connection, key, checked):
                raise NoSuchEntry("there is no such AE rule")
            events.record(transaction, AE_CHANGED, subject=key, actor=by.actor, payload=_told(checked))
        self._forget()
        return Peer(key, checked)

    def remove_peer(self, key: str, *, by: Principal = SYSTEM) -> None:
        """Take a rule out of force; raises `NoSuchEntry`."""
        with self._database.write() as transaction:
            if not store.remove_peer(transaction.connection, key, to_text(self._clock())):
                raise NoSuchEntry("there is no such AE rule")
            events.record(transaction, AE_REMOVED, subject=key, actor=by.actor, payload={})
        self._forget()

    def _forget(self) -> None:
        with self._lock:
            self._known = None

    def destination(self, ae_title: str) -> Destination:
        """Where a remote AE listens; raises `NoSuchEntry` (a C-MOVE answers A801, PS3.4 C.4.2.1.5)."""
        with self._database.read() as connection:
            for remote in store.list_remotes(connection):
                if remote.ae_title == ae_title.strip():
                    return remote
        raise NoSuchEntry("that AE is not known as a destination")

    def destinations(self) -> list[Destination]:
        """Every remote AE by its title."""
        with self._database.read() as connection:
            return store.list_remotes(connection)

    def put_destination(self, remote: Destination, *, by: Principal = SYSTEM) -> Destination:
        """Add or replace a remote AE; raises `BadEntry`."""
        host = remote.host.strip()
        if not host or len(host) > 253 or any(char.isspace() or char in "/@" for char in host):
            raise BadEntry("a destination has a host name or an address")
        if not 1 <= remote.port <= 65535:
            raise BadEntry("a port is a number from 1 to 65535")
        checked = Destination(rules.check_title(remote.ae_title), host, remote.port, remote.tls)
        told = {"host": checked.host, "port": checked.port, "tls": checked.tls}
        with self._database.write() as transaction:
            store.put_remote(transaction.connection, checked)
            events.record(transaction, REMOTE_PUT, subject=checked.ae_title, actor=by.actor, payload=told)
        return checked

    def remove_destination(self, ae_title: str, *, by: Principal = SYSTEM) -> None:
        """Forget a remote AE; raises `NoSuchEntry`."""
        with self._database.write() as transaction:
            if not store.remove_remote(transaction.connection, ae_title):
                raise NoSuchEntry("that AE is not known as a destination")
            events.record(transaction, REMOTE_REMOVED, subject=ae_title, actor=by.actor, payload={})


def _belonging(rule: PeerRule) -> Belonging:
    return Belonging(service_lines=rule.service_lines, facilities=rule.facilities)


def _check_places(connection: Connection, rule: PeerRule) -> None:
    check_belonging(connection, _belonging(rule))


def _told(rule: PeerRule) -> dict[str, object]:
    plain = {name: getattr(rule, name) for name in ("title", "host", "role", "certificate_sha256", "enabled")}
    return {**plain, **_belonging(rule).told()}
