"""All SQL of governance. Secrets are kept as digests only; moments as the text of `kernel.clock.to_text`."""

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model import PART, Account, Destination, NameTaken, Peer, PeerRule, SessionRecord, TokenRecord
from sixfold.kernel.database import events, insert_if_absent, metadata
from sixfold.kernel.events import Event

accounts = sa.Table(
    "account",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
)
sessions = sa.Table(
    "account_session",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("account", sa.Text, sa.ForeignKey("account.name", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("used_at", sa.Text, nullable=False),
)
links = sa.Table(
    "account_link",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),  # the account whose password is set anew; empty makes a new account
    sa.Column("first", sa.Boolean, nullable=False),
    sa.Column("expires_at", sa.Text, nullable=False),
    sa.Column("used_at", sa.Text),
)
attempts = sa.Table(
    "account_attempt",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", sa.Text, nullable=False),
)
tokens = sa.Table(
    "api_token",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Text),
    sa.Column("revoked_at", sa.Text),
    sa.Column("used_at", sa.Text),
)
peers = sa.Table(
    "ae",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("certificate_sha256", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("removed_at", sa.Text),  # kept, so that a rule that somebody removed is not seeded again
)
remotes = sa.Table(
    "remote_ae",
    metadata,
    sa.Column("ae_title", sa.Text, primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("port", sa.Integer, nullable=False),
    sa.Column("tls", sa.Boolean, nullable=False),
)

Row = dict[str, Any]


def pack_roles(roles: frozenset[str]) -> str:
    """Roles as they stand in a column."""
    return " ".join(sorted(roles))


def unpack_roles(text: str) -> frozenset[str]:
    """The inverse of `pack_roles`."""
    return frozenset(text.split())


def count_accounts(connection: Connection) -> int:
    """How many accounts there are."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(accounts)).scalar_one())


def list_accounts(connection: Connection) -> list[Account]:
    """Every account by name."""
    return [_account(row) for row in connection.execute(sa.select(accounts).order_by(accounts.c.name))]


def find_account(connection: Connection, name: str) -> Account | None:
    """One account, or None."""
    row = connection.execute(sa.select(accounts).where(accounts.c.name == name)).first()
    return _account(row) if row else None


def password_of(connection: Connection, name: str) -> str | None:
    """The password hash of an account, or None."""
    return connection.execute(sa.select(accounts.c.password).where(accounts.c.name == name)).scalar()


def _account(row: Any) -> Account:
    return Account(row.name, row.display_name, unpack_roles(row.roles), row.enabled, row.created_at)


def add_account(connection: Connection, account: Account, password: str) -> None:
    """Insert an account; raises `NameTaken`."""
    row = {
        "name": account.name,
        "display_name": account.display_name,
        "password": password,
        "roles": pack_roles(account.roles),
        "enabled": account.enabled,
        "created_at": account.created_at,
    }
    try:
        connection.execute(sa.insert(accounts).values(**row))
    except sa.exc.IntegrityError:
        raise NameTaken(f"there is an account {account.name} already") from None


def change_account(connection: Connection, name: str, **values: Any) -> bool:
    """Set columns of an account; False when there is none."""
    return connection.execute(sa.update(accounts).where(accounts.c.name == name).values(**values)).rowcount == 1


def remove_account(connection: Connection, name: str) -> bool:
    """Delete an account and, by its foreign key, its sessions; False when there is none."""
    return connection.execute(sa.delete(accounts).where(accounts.c.name == name)).rowcount == 1


def lock_accounts(connection: Connection) -> None:
    """Let one transaction at a time decide over the set of accounts (SQLite has one writer anyway)."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE")


def add_session(connection: Connection, row: Row) -> None:
    """Insert a session."""
    connection.execute(sa.insert(sessions).values(**row))


def find_session(connection: Connection, digest: str) -> Any:
    """The session and its account's standing, or None."""
    query = (
        sa.select(sessions, accounts.c.display_name, accounts.c.roles, accounts.c.enabled)
        .join(accounts, accounts.c.name == sessions.c.account)
        .where(sessions.c.digest == digest)
    )
    return connection.execute(query).first()


def list_sessions(connection: Connection, account: str, current: str) -> list[SessionRecord]:
    """The sessions of an account, newest first; `current` is the digest of the one that asks."""
    query = sa.select(sessions).where(sessions.c.account == account).order_by(sessions.c.created_at.desc(), sessions.c.key)
    return [
        SessionRecord(row.key, row.account, row.address, row.agent, row.created_at, row.used_at, current=row.digest == current)
        for row in connection.execute(query)
    ]


def end_sessions(connection: Connection, account: str, *, key: str | None = None, but: str | None = None) -> int:
    """End the session of that key, or all of an account but one digest; returns how many."""
    mine = sessions.c.account == account
    if key is not None:
        mine &= sessions.c.key == key
    if but is not None:
        mine &= sessions.c.digest != but
    return connection.execute(sa.delete(sessions).where(mine)).rowcount


def end_session(connection: Connection, digest: str) -> str | None:
    """End one session by its digest; returns its account, None when there was none."""
    account = connection.execute(sa.select(sessions.c.account).where(sessions.c.digest == digest)).scalar()
    connection.execute(sa.delete(sessions).where(sessions.c.digest == digest))
    return None if account is None else str(account)


def touch(connection: Connection, table: sa.Table, digest: str, now: str) -> None:
    """Note that a session or token was used."""
    connection.execute(sa.update(table).where(table.c.digest == digest).values(used_at=now))


def add_link(connection: Connection, row: Row) -> None:
    """Insert a one-time link."""
    connection.execute(sa.insert(links).values(**row))


def drop_first_links(connection: Connection) -> None:
    """Forget earlier links of the first administrator that nobody used."""
    connection.execute(sa.delete(links).where(links.c.first, links.c.used_at.is_(None)))


def spend_link(connection: Connection, digest: str, now: str) -> Any:
    """Mark a link used and return it; None when it was used, is too old or never was."""
    valid = (links.c.digest == digest) & links.c.used_at.is_(None) & (links.c.expires_at > now)
    if connection.execute(sa.update(links).where(valid).values(used_at=now)).rowcount != 1:
        return None
    return connection.execute(sa.select(links).where(links.c.digest == digest)).first()


def failures_of(connection: Connection, key: str, since: str) -> tuple[int, str]:
    """How many sign-ins failed in a row since a moment, and when the last did; the row stays locked until the commit."""
    insert_if_absent(connection, attempts, key=key, failures=0, last_at=since)
    row = connection.execute(sa.select(attempts).where(attempts.c.key == key).with_for_update()).one()
    return (row.failures, row.last_at) if row.last_at >= since else (0, since)


def note_attempt(connection: Connection, key: str, failures: int, now: str) -> None:
    """Write down the number of failures in a row."""
    connection.execute(sa.update(attempts).where(attempts.c.key == key).values(failures=failures, last_at=now))


def forget_attempts(connection: Connection, key: str) -> None:
    """Start again from nought after a success."""
    connection.execute(sa.delete(attempts).where(attempts.c.key == key))


def add_token(connection: Connection, row: Row) -> None:
    """Insert a token."""
    connection.execute(sa.insert(tokens).values(**row))


def find_token(connection: Connection, digest: str) -> Any:
    """The token of a digest, or None."""
    return connection.execute(sa.select(tokens).where(tokens.c.digest == digest)).first()


def list_tokens(connection: Connection) -> list[TokenRecord]:
    """Every token, newest first, without secrets."""
    columns = [column for column in tokens.c if column.name != "digest"]
    rows = connection.execute(sa.select(*columns).order_by(tokens.c.key.desc())).mappings()
    return [TokenRecord(**row) for row in rows]


def revoke_token(connection: Connection, key: str, now: str) -> str | None:
    """Revoke a token; returns its digest, None when there is no such token in force."""
    mine = (tokens.c.key == key) & tokens.c.revoked_at.is_(None)
    if connection.execute(sa.update(tokens).where(mine).values(revoked_at=now)).rowcount != 1:
        return None
    return str(connection.execute(sa.select(tokens.c.digest).where(tokens.c.key == key)).scalar_one())


def list_peers(connection: Connection) -> list[Peer]:
    """The rules that admit AEs."""
    query = sa.select(peers).where(peers.c.removed_at.is_(None)).order_by(peers.c.key)
    return [
        Peer(row.key, PeerRule(row.title, row.host, row.role, row.certificate_sha256, row.note, row.enabled))
        for row in connection.execute(query)
    ]


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
    return {name: getattr(rule, name) for name in ("title", "host", "certificate_sha256", "role", "note", "enabled")}


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


def read_audit(connection: Connection, after: int, limit: int, **match: str | None) -> list[Row]:
    """Audit events above a sequence number, oldest first; `match` is exact on `subject` and `actor`."""
    query = sa.select(events).where(events.c.part == PART, events.c.seq > after).order_by(events.c.seq).limit(limit)
    for column, value in match.items():
        if value is not None:
            query = query.where(events.c[column] == value)
    rows = connection.execute(query).mappings()
    return [{**row, "payload": orjson.loads(row["payload"])} for row in rows]


def read_feed(
    connection: Connection, after: int, limit: int, *, parts: Sequence[str], hidden: Sequence[str]
) -> tuple[list[Event], int]:
    """Events above a sequence number, of `parts` if any are given and never of `hidden`; and the newest number of all."""
    head = int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(events.c.seq), 0))).scalar_one())
    query = sa.select(events).where(events.c.seq > after, events.c.seq <= head).order_by(events.c.seq).limit(limit)
    if parts:
        query = query.where(events.c.part.in_(parts))
    if hidden:
        query = query.where(events.c.part.not_in(hidden))
    rows = connection.execute(query).mappings()
    return [Event(**{**row, "payload": orjson.loads(row["payload"])}) for row in rows], head


def tidy(connection: Connection, now: str, idle_since: str, old_since: str, failed_since: str) -> int:
    """Delete what can never count again: ended sessions, spent or expired links, forgotten failures; returns how many rows."""
    dead = [
        sa.delete(sessions).where((sessions.c.used_at < idle_since) | (sessions.c.created_at < old_since)),
        sa.delete(links).where(links.c.expires_at < now),
        sa.delete(attempts).where(attempts.c.last_at < failed_since),
    ]
    return sum(connection.execute(statement).rowcount for statement in dead)
