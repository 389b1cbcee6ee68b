"""Facilities, service lines and groups, and who names them."""

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from sixfold.governance.model.places import Place, PlaceKind
from sixfold.governance.store.mappings import mappings
from sixfold.governance.store.sorting import rules as sorting_rules
from sixfold.governance.store.tables import accounts, peers, tokens
from sixfold.kernel.database import insert_if_absent, metadata

places = sa.Table(
    "place",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("removed_at", sa.Text),  # kept, so that a service line that somebody removed is not seeded again
)

_COLUMNS = {PlaceKind.FACILITY: "facilities", PlaceKind.SERVICE_LINE: "service_lines", PlaceKind.GROUP: "groups"}
_RESULTS = {PlaceKind.FACILITY: "facility", PlaceKind.SERVICE_LINE: "service_line"}


def list_places(connection: Connection, kind: PlaceKind) -> list[Place]:
    """Every place of a kind by its code."""
    query = sa.select(places.c.code, places.c.name).where(_of(kind)).order_by(places.c.code)
    return [Place(row.code, row.name) for row in connection.execute(query)]


def existing(connection: Connection, kind: PlaceKind, codes: frozenset[str]) -> frozenset[str]:
    """Those of the codes that there are; none of them goes away before the transaction's end."""
    query = sa.select(places.c.code).where(_of(kind), places.c.code.in_(sorted(codes))).with_for_update(read=True)
    return frozenset(connection.execute(query).scalars())


def add_place(connection: Connection, kind: PlaceKind, place: Place) -> bool:
    """Insert a place; False when one of that code exists or existed."""
    return insert_if_absent(connection, places, kind=kind.value, code=place.code, name=place.name)


def put_place(connection: Connection, kind: PlaceKind, place: Place) -> None:
    """Insert or rename a place; one that was removed is back."""
    if not add_place(connection, kind, place):
        mine = (places.c.kind == kind.value) & (places.c.code == place.code)
        connection.execute(sa.update(places).where(mine).values(name=place.name, removed_at=None))


def remove_place(connection: Connection, kind: PlaceKind, code: str, now: str) -> bool:
    """Take a place away; False when there is none."""
    mine = _of(kind) & (places.c.code == code)
    return connection.execute(sa.update(places).where(mine).values(removed_at=now)).rowcount == 1


def users_of(connection: Connection, kind: PlaceKind, code: str) -> list[str]:
    """Who and what names a place, in words."""
    column = _COLUMNS[kind]
    found = _named(connection, "account", accounts.c.name, _holds(accounts.c[column], code))
    found += _named(connection, "group mapping", mappings.c.value, _holds(mappings.c[column], code))
    if kind is PlaceKind.GROUP:
        return found
    found += _named(connection, "token", tokens.c.name, _holds(tokens.c[column], code) & tokens.c.revoked_at.is_(None))
    found += _named(connection, "AE rule", peers.c.title, _holds(peers.c[column], code) & peers.c.removed_at.is_(None))
    sorts = (sorting_rules.c[_RESULTS[kind]] == code) & sorting_rules.c.removed_at.is_(None)
    return found + _named(connection, "sorting rule", sorting_rules.c.key, sorts)


def _of(kind: PlaceKind) -> ColumnElement[bool]:
    return (places.c.kind == kind.value) & places.c.removed_at.is_(None)


def _holds(column: sa.Column[str], code: str) -> ColumnElement[bool]:
    return (sa.literal(" ") + column + " ").contains(f" {code} ", autoescape=True)


def _named(connection: Connection, what: str, column: sa.Column[str], condition: ColumnElement[bool]) -> list[str]:
    query = sa.select(column).where(condition).order_by(column).limit(10)
    return [f"{what} {name}" for name in connection.execute(query).scalars()]
