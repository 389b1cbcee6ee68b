"""Rules that admit AEs, and destinations."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model import Destination, Peer, PeerRule
from sixfold.governance.store.belonging import pack, unpack
from sixfold.governance.store.tables import Row, peers, remotes
from sixfold.kernel.database import insert_if_absent


def list_peers(connection: Connection) -> list[Peer]:
    """The rules that admit AEs."""
    query = sa.select(peers).where(peers.c.removed_at.is_(None)).order_by(peers.c.key)
    return [Peer(row.key, _rule(row)) for row in connection.execute(query)]


def _rule(row: Any) -> PeerRule:
    places = {"service_lines": unpack(row.service_lines), "facilities": unpack(row.facilities)}
    return PeerRule(row.title, row.host, row.role, row.certificate_sha256, row.note, row.enabled, **places)


def add_peer(connection: Connection, key: str, rule: PeerRule) -> None:
    """Insert a rule, unless one of that key exists or existed."""
    insert_if_absent(connection, peers, key=key, **_peer_row(rule))


def change_peer(connection: Connection, key: str, rule: PeerRule) -> bool:
    """Replace a rule; False when there is none."""
    mine = (peers.c.key == key) & peers.c.removed_at.is_(None)
    return connection.execute(sa.update(peers).where(mine).values(**_peer_row(rule))).rowcount == 1


def remove_peer(connection: Connection, key: str, now: str) -> bool:
    """Take a rule out of force for good; False when there is none."""
    mine = (peers.c.key == key) & peers.c.removed_at.is_(None)
    return connection.execute(sa.update(peers).where(mine).values(removed_at=now)).rowcount == 1


def _peer_row(rule: PeerRule) -> Row:
    plain = {name: getattr(rule, name) for name in ("title", "host", "certificate_sha256", "role", "note", "enabled")}
    return {**plain, "service_lines": pack(rule.service_lines), "facilities": pack(rule.facilities)}


def list_remotes(connection: Connection) -> list[Destination]:
    """Every destination by its title."""
    rows = connection.execute(sa.select(remotes).order_by(remotes.c.ae_title)).mappings()
    return [Destination(**row) for row in rows]


def put_remote(connection: Connection, remote: Destination) -> None:
    """Insert or replace a destination."""
    values = {"host": remote.host, "port": remote.port, "tls": remote.tls}
    insert_if_absent(connection, remotes, ae_title=remote.ae_title, **values)
    connection.execute(sa.update(remotes).where(remotes.c.ae_title == remote.ae_title).values(**values))


def remove_remote(connection: Connection, ae_title: str) -> bool:
    """Delete a destination; False when there is none."""
    return connection.execute(sa.delete(remotes).where(remotes.c.ae_title == ae_title)).rowcount == 1
