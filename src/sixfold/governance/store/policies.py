"""Every version of the policies that was ever in force or proposed, and which was in force when."""

import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model import NoSuchEntry
from sixfold.kernel.database import insert_if_absent, metadata

versions = sa.Table(
    "policy_version",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),  # SHA-256 of the text
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("kept_at", sa.Text, nullable=False),
    sa.Column("kept_by", sa.Text, nullable=False),
)
activations = sa.Table(
    "policy_activation",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),  # the newest is in force
    sa.Column("version", sa.Text, sa.ForeignKey("policy_version.version"), nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),  # the actor, or `decision:<key>`
)


def keep_version(connection: Connection, version: str, text: str, now: str, by: str) -> None:
    """Keep a version, unless it is kept already."""
    insert_if_absent(connection, versions, version=version, text=text, kept_at=now, kept_by=by)


def text_of(connection: Connection, version: str) -> str:
    """The text of a version; raises `NoSuchEntry`."""
    text = connection.execute(sa.select(versions.c.text).where(versions.c.version == version)).scalar()
    if text is None:
        raise NoSuchEntry("there is no such version of the policies")
    return str(text)


def in_force(connection: Connection) -> str | None:
    """The version in force; None before the first."""
    newest = sa.select(activations.c.version).order_by(activations.c.number.desc()).limit(1)
    return connection.execute(newest).scalar()


def activate(connection: Connection, version: str, now: str, by: str) -> bool:
    """Put a version in force; False when somebody else put one in force at the same time."""
    number = sa.select(sa.func.coalesce(sa.func.max(activations.c.number), 0)).scalar_subquery()
    following = int(connection.execute(sa.select(number + 1)).scalar_one())
    return insert_if_absent(connection, activations, number=following, version=version, at=now, by=by)


def history(connection: Connection) -> list[dict[str, str]]:
    """Which version was in force since when and by whom, newest first."""
    rows = connection.execute(sa.select(activations).order_by(activations.c.number.desc())).mappings()
    return [dict(row) for row in rows]
