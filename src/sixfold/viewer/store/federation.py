"""Remote archives as they are kept; secrets stand here only under the key of the house."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.kernel.database import insert_if_absent, metadata
from sixfold.viewer.model.federation import Reach, Source

sources = sa.Table(
    "viewer_source",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("reach", sa.LargeBinary, nullable=False),  # JSON of the model's `Reach`
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("facility", sa.Text, nullable=False),
    sa.Column("timeout", sa.Float, nullable=False),
    sa.Column("at_once", sa.Integer, nullable=False),
    sa.Column("credential", sa.Text, nullable=False),  # its kind
    sa.Column("sealed", sa.Text),  # the credential itself, as JSON under the key in the home folder
    sa.Column("revision", sa.Text, nullable=False),
)

_COLUMNS = [column for column in sources.c if column.name != "sealed"]


def list_sources(connection: Connection) -> list[Source]:
    """Every archive by its key."""
    return [_source(row) for row in connection.execute(sa.select(*_COLUMNS).order_by(sources.c.key)).mappings()]


def find_source(connection: Connection, key: str, *, lock: bool = False) -> tuple[Source, str | None] | None:
    """An archive with its sealed credential, or None; with `lock` it stays as it is until the transaction's end."""
    query = sa.select(sources).where(sources.c.key == key)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return (_source(row), row["sealed"]) if row is not None else None


def put_source(connection: Connection, source: Source, sealed: str | None) -> None:
    """Insert or replace an archive."""
    values = {name: getattr(source, name) for name in Source.__struct_fields__ if name not in ("key", "reach")}
    values |= {"reach": msgspec.json.encode(source.reach), "sealed": sealed}
    if not insert_if_absent(connection, sources, key=source.key, **values):
        connection.execute(sa.update(sources).where(sources.c.key == source.key).values(**values))


def remove_source(connection: Connection, key: str) -> bool:
    """Forget an archive; False when there is none."""
    return connection.execute(sa.delete(sources).where(sources.c.key == key)).rowcount == 1


def _source(row: Any) -> Source:
    kept = {name: row[name] for name in Source.__struct_fields__}
    return Source(**(kept | {"reach": msgspec.json.decode(row["reach"], type=Reach)}))
