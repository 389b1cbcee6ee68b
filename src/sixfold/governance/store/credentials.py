"""Sessions and API tokens; secrets are kept as digests only."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model import SessionRecord, TokenRecord
from sixfold.governance.store.belonging import unpack
from sixfold.governance.store.oidc import forget_finished
from sixfold.governance.store.tables import Row, accounts, attempts, links, sessions, tokens

_NOT_FOR_SESSIONS = ("name", "password", "created_at")
_PACKED = ("scope", "service_lines", "facilities")


def add_session(connection: Connection, row: Row) -> None:
    """Insert a session."""
    connection.execute(sa.insert(sessions).values(**row))


def find_session(connection: Connection, digest: str) -> Any:
    """The session and its account's standing, or None."""
    query = (
        sa.select(sessions, *(column for column in accounts.c if column.name not in _NOT_FOR_SESSIONS))
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
    return [TokenRecord(**{**row, **{name: unpack(row[name]) for name in _PACKED}}) for row in rows]


def revoke_token(connection: Connection, key: str, now: str) -> str | None:
    """Revoke a token; returns its digest, None when there is no such token in force."""
    mine = (tokens.c.key == key) & tokens.c.revoked_at.is_(None)
    if connection.execute(sa.update(tokens).where(mine).values(revoked_at=now)).rowcount != 1:
        return None
    return str(connection.execute(sa.select(tokens.c.digest).where(tokens.c.key == key)).scalar_one())


def tidy(connection: Connection, now: str, idle_since: str, old_since: str, failed_since: str) -> int:
    """Delete what can never count again: ended sessions, spent or expired links, forgotten failures; returns how many rows."""
    dead = [
        sa.delete(sessions).where((sessions.c.used_at < idle_since) | (sessions.c.created_at < old_since)),
        sa.delete(links).where(links.c.expires_at < now),
        sa.delete(attempts).where(attempts.c.last_at < failed_since),
    ]
    return sum(connection.execute(statement).rowcount for statement in dead) + forget_finished(connection, now)
