"""Accounts, one-time links and failed attempts."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model import Account, NameTaken
from sixfold.governance.store.belonging import belonging_of, pack
from sixfold.governance.store.tables import Row, accounts, attempts, links
from sixfold.kernel.database import insert_if_absent


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
    belonging = belonging_of(row)
    return Account(
        row.name,
        row.display_name,
        unpack_roles(row.roles),
        row.enabled,
        row.created_at,
        row.kind,
        belonging.groups,
        belonging.service_lines,
        belonging.facilities,
    )


def add_account(connection: Connection, account: Account, password: str) -> None:
    """Insert an account; raises `NameTaken`."""
    row = {
        "name": account.name,
        "display_name": account.display_name,
        "password": password,
        "roles": pack_roles(account.roles),
        "enabled": account.enabled,
        "created_at": account.created_at,
        "kind": account.kind,
        "groups": pack(account.groups),
        "service_lines": pack(account.service_lines),
        "facilities": pack(account.facilities),
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
