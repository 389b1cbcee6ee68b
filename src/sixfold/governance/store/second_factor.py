"""Second factors: the sealed secret, the last time step whose code was used, and digests of recovery codes."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model.second_factor import FactorRecord
from sixfold.kernel.database import metadata

factors = sa.Table(
    "second_factor",
    metadata,
    sa.Column("account", sa.Text, sa.ForeignKey("account.name", ondelete="CASCADE"), primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),  # under the key in the home folder
    sa.Column("confirmed_at", sa.Text),  # until then it is asked for nowhere
    sa.Column("last_step", sa.BigInteger, nullable=False),
)
recovery_codes = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("account", sa.Text, sa.ForeignKey("account.name", ondelete="CASCADE"), primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
)


def find_factor(connection: Connection, account: str) -> Any:
    """The account's second factor, confirmed or not, or None."""
    return connection.execute(sa.select(factors).where(factors.c.account == account)).first()


def put_unconfirmed(connection: Connection, account: str, sealed: str) -> None:
    """Set up a factor that waits to be confirmed, in the place of an earlier one that waits."""
    connection.execute(sa.delete(factors).where(factors.c.account == account, factors.c.confirmed_at.is_(None)))
    connection.execute(sa.insert(factors).values(account=account, sealed=sealed, last_step=0))


def confirm(connection: Connection, account: str, now: str) -> None:
    """Ask for the factor from now on."""
    connection.execute(sa.update(factors).where(factors.c.account == account).values(confirmed_at=now))


def use_step(connection: Connection, account: str, step: int) -> bool:
    """Note that the code of a time step was used; False when it, or a later one, was used before."""
    fresh = (factors.c.account == account) & (factors.c.last_step < step)
    return connection.execute(sa.update(factors).where(fresh).values(last_step=step)).rowcount == 1


def put_recovery_codes(connection: Connection, account: str, digests: list[str]) -> None:
    """Replace the account's recovery codes."""
    connection.execute(sa.delete(recovery_codes).where(recovery_codes.c.account == account))
    connection.execute(sa.insert(recovery_codes), [{"account": account, "digest": digest} for digest in digests])


def use_recovery_code(connection: Connection, account: str, digest: str) -> bool:
    """Spend a recovery code; False when there is no such code any more."""
    mine = (recovery_codes.c.account == account) & (recovery_codes.c.digest == digest)
    return connection.execute(sa.delete(recovery_codes).where(mine)).rowcount == 1


def record_of(connection: Connection, account: str) -> FactorRecord:
    """What can be told of an account's second factor."""
    found = find_factor(connection, account)
    count = sa.select(sa.func.count()).select_from(recovery_codes).where(recovery_codes.c.account == account)
    return FactorRecord(found.confirmed_at if found else None, int(connection.execute(count).scalar_one()))


def confirmed(connection: Connection) -> frozenset[str]:
    """The accounts whose factor is asked for."""
    return frozenset(connection.execute(sa.select(factors.c.account).where(factors.c.confirmed_at.is_not(None))).scalars())


def remove_factor(connection: Connection, account: str) -> bool:
    """Take off a factor and its recovery codes; False when none was confirmed."""
    connection.execute(sa.delete(recovery_codes).where(recovery_codes.c.account == account))
    confirmed = (factors.c.account == account) & factors.c.confirmed_at.is_not(None)
    return connection.execute(sa.delete(factors).where(confirmed)).rowcount == 1
