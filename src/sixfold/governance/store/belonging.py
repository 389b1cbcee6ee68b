"""Where somebody belongs, as it stands in the columns `groups`, `service_lines` and `facilities` of several tables."""

from typing import Any

import sqlalchemy as sa

from sixfold.governance.model.places import Belonging

_NAMES = ("groups", "service_lines", "facilities")


def columns(*names: str) -> list[sa.Column[str]]:
    """The columns, of those names or of all three, which are empty in rows that were there before them."""
    return [sa.Column(name, sa.Text, nullable=False, server_default="") for name in names or _NAMES]


def packed(belonging: Belonging, *names: str) -> dict[str, str]:
    """A belonging as values of those columns."""
    return {name: pack(getattr(belonging, name)) for name in names or _NAMES}


def belonging_of(row: Any) -> Belonging:
    """The belonging in a row that has some of the columns."""
    return Belonging(*(unpack(getattr(row, name, "")) for name in _NAMES))


def pack(codes: frozenset[str]) -> str:
    """Codes as they stand in one column."""
    return " ".join(sorted(codes))


def unpack(text: str) -> frozenset[str]:
    """The inverse of `pack`."""
    return frozenset(text.split())
