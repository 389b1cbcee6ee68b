"""What the groups of an identity provider stand for here."""

import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model.oidc import GroupMapping
from sixfold.governance.store.accounts import pack_roles, unpack_roles
from sixfold.governance.store.belonging import belonging_of, packed
from sixfold.kernel.database import insert_if_absent, metadata

mappings = sa.Table(
    "group_mapping",
    metadata,
    sa.Column("value", sa.Text, primary_key=True),  # of the claim, as the provider says it
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("groups", sa.Text, nullable=False),
    sa.Column("service_lines", sa.Text, nullable=False),
    sa.Column("facilities", sa.Text, nullable=False),
)


def list_mappings(connection: Connection) -> list[GroupMapping]:
    """Every mapping by its value."""
    query = sa.select(mappings).order_by(mappings.c.value)
    return [GroupMapping(row.value, unpack_roles(row.roles), belonging_of(row)) for row in connection.execute(query)]


def put_mapping(connection: Connection, mapping: GroupMapping) -> None:
    """Insert or replace a mapping."""
    values = {"roles": pack_roles(mapping.roles), **packed(mapping.belonging)}
    if not insert_if_absent(connection, mappings, value=mapping.value, **values):
        connection.execute(sa.update(mappings).where(mappings.c.value == mapping.value).values(**values))


def remove_mapping(connection: Connection, value: str) -> bool:
    """Delete a mapping; False when there is none."""
    return connection.execute(sa.delete(mappings).where(mappings.c.value == value)).rowcount == 1
