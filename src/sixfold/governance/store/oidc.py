"""Which account is whose at the identity provider, and which sign-ins were finished."""

import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model.oidc import Identity
from sixfold.kernel.database import insert_if_absent, metadata

identities = sa.Table(
    "account_identity",
    metadata,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, sa.ForeignKey("account.name", ondelete="CASCADE"), nullable=False, unique=True),
)
finished = sa.Table(
    "oidc_sign_in",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),  # of a state that came back
    sa.Column("expires_at", sa.Text, nullable=False),  # when its cookie is good no longer
)


def account_of(connection: Connection, issuer: str, subject: str) -> str | None:
    """The name of an identity's account, or None."""
    mine = (identities.c.issuer == issuer) & (identities.c.subject == subject)
    return connection.execute(sa.select(identities.c.account).where(mine)).scalar()


def add_identity(connection: Connection, identity: Identity, account: str) -> None:
    """Bind an account to an identity."""
    row = {"issuer": identity.issuer, "subject": identity.subject, "account": account}
    connection.execute(sa.insert(identities).values(**row))


def finish(connection: Connection, digest: str, expires_at: str) -> bool:
    """Note that a sign-in came back; False when it did before."""
    return insert_if_absent(connection, finished, digest=digest, expires_at=expires_at)


def forget_finished(connection: Connection, now: str) -> int:
    """Forget sign-ins whose cookie is good no longer; returns how many."""
    return connection.execute(sa.delete(finished).where(finished.c.expires_at < now)).rowcount
