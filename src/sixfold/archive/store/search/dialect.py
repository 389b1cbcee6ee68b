"""What the two databases spell differently. Statements are written with `?` for values and never hold a literal `%`."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

HIGHEST = "\U0010ffff"
"""Sorts after every other character, by code point and by UTF-8 byte."""


class SqliteDialect:
    """SQLite, which keeps to the index that it is told to use."""

    name = "sqlite"

    def using(self, index: str) -> str:
        """Pin a table to an index."""
        return f" INDEXED BY {index}" if index else ""

    def join(self) -> str:
        """A join whose left side is the outer loop."""
        return "CROSS JOIN"

    def like(self, pattern: str) -> tuple[str, str]:
        """An operator and its value for `*` and `?`, all else literal, case counting."""
        return "GLOB ?", pattern.replace("[", "[[]")

    def contains(self, column: str) -> str:
        """Whether a column holds a text."""
        return f"instr({column}, ?) > 0"

    def statement(self, sql: str) -> str:
        """The statement in the driver's own spelling."""
        return sql


class PostgresqlDialect:
    """PostgreSQL, which chooses indexes by its statistics."""

    name = "postgresql"

    def using(self, index: str) -> str:
        """Nothing: there are no hints."""
        return ""

    def join(self) -> str:
        """A join; the order is the planner's."""
        return "JOIN"

    def like(self, pattern: str) -> tuple[str, str]:
        """An operator and its value for `*` and `?`, all else literal, case counting."""
        for literal in "\\%_":
            pattern = pattern.replace(literal, "\\" + literal)
        return "LIKE ?", pattern.replace("*", "%").replace("?", "_")

    def contains(self, column: str) -> str:
        """Whether a column holds a text."""
        return f"strpos({column}, ?) > 0"

    def statement(self, sql: str) -> str:
        """The statement in the driver's own spelling."""
        return sql.replace("?", "%s")


Dialect = SqliteDialect | PostgresqlDialect


def dialect_of(name: str) -> Dialect:
    """The dialect of a database by its name."""
    return PostgresqlDialect() if name == "postgresql" else SqliteDialect()


def run(connection: sa.Connection, dialect: Dialect, sql: str, values: Sequence[Any]) -> Sequence[Any]:
    """The rows of a statement."""
    return connection.exec_driver_sql(dialect.statement(sql), tuple(values)).fetchall()
