"""The rules that studies are sorted by."""

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model.sorting import SortingRule
from sixfold.governance.store.tables import Row
from sixfold.kernel.database import insert_if_absent, metadata

rules = sa.Table(
    "sorting_rule",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("order", sa.Integer, nullable=False),
    sa.Column("conditions", sa.Text, nullable=False),  # JSON: patterns by fact
    sa.Column("facility", sa.Text),
    sa.Column("service_line", sa.Text),
    sa.Column("sensitivity", sa.Text),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("removed_at", sa.Text),  # kept, so that a rule that somebody removed is not seeded again
)


def list_rules(connection: Connection) -> list[SortingRule]:
    """The rules in force, in the order in which they are looked at."""
    query = sa.select(rules).where(rules.c.removed_at.is_(None)).order_by(rules.c.order, rules.c.key)
    return [
        SortingRule(
            row.key,
            row.order,
            {fact: tuple(patterns) for fact, patterns in orjson.loads(row.conditions).items()},
            row.facility,
            row.service_line,
            row.sensitivity,
            row.note,
        )
        for row in connection.execute(query)
    ]


def add_rule(connection: Connection, rule: SortingRule) -> bool:
    """Insert a rule; False when one of that key exists or existed."""
    return insert_if_absent(connection, rules, **_row(rule))


def put_rule(connection: Connection, rule: SortingRule) -> None:
    """Insert or replace a rule; one that was removed is back."""
    if not add_rule(connection, rule):
        connection.execute(sa.update(rules).where(rules.c.key == rule.key).values(**_row(rule), removed_at=None))


def remove_rule(connection: Connection, key: str, now: str) -> bool:
    """Take a rule out of force; False when there is none."""
    mine = (rules.c.key == key) & rules.c.removed_at.is_(None)
    return connection.execute(sa.update(rules).where(mine).values(removed_at=now)).rowcount == 1


def _row(rule: SortingRule) -> Row:
    plain = {name: getattr(rule, name) for name in ("key", "order", "facility", "service_line", "sensitivity", "note")}
    return {**plain, "conditions": orjson.dumps(rule.conditions).decode()}
