"""What is set on scorecards: targets, owners, actions."""

import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model.scorecards import ActionState, Improvement, Measure
from sixfold.kernel.database import insert_if_absent, metadata

targets = sa.Table(
    "score_target",
    metadata,
    sa.Column("line", sa.Text, primary_key=True),
    sa.Column("measure", sa.Text, primary_key=True),
    sa.Column("target", sa.Float, nullable=False),
)
owners = sa.Table(
    "score_owner",
    metadata,
    sa.Column("line", sa.Text, primary_key=True),
    sa.Column("measure", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
)
actions = sa.Table(
    "score_action",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("measure", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("due", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False),
    sa.Index("score_action_by_line", "line", "measure"),
)
Of = tuple[str, str]
"""A line and a measure."""


def all_targets(connection: Connection) -> dict[Of, float]:
    """Every target that was set."""
    return {(row.line, row.measure): row.target for row in connection.execute(sa.select(targets))}


def put_target(connection: Connection, of: Of, target: float | None) -> None:
    """Set a target; None sets it back to the default."""
    _put(connection, targets, of, "target", target)


def all_owners(connection: Connection) -> dict[Of, str]:
    """Every owner that was named."""
    return {(row.line, row.measure): row.owner for row in connection.execute(sa.select(owners))}


def put_owner(connection: Connection, of: Of, owner: str) -> None:
    """Name an owner; empty for nobody."""
    _put(connection, owners, of, "owner", owner or None)


def _put(connection: Connection, table: sa.Table, of: Of, column: str, value: float | str | None) -> None:
    mine = (table.c.line == of[0]) & (table.c.measure == of[1])
    if value is None:
        connection.execute(sa.delete(table).where(mine))
        return
    insert_if_absent(connection, table, line=of[0], measure=of[1], **{column: value})
    connection.execute(sa.update(table).where(mine).values({column: value}))


_STORED = [name for name in Improvement.__struct_fields__ if name != "overdue"]


def put_action(connection: Connection, action: Improvement) -> None:
    """Insert an action, or replace the one of its key."""
    row = {name: getattr(action, name) for name in _STORED}
    row |= {"measure": action.measure.value, "state": action.state.value}
    if not insert_if_absent(connection, actions, **row):
        connection.execute(sa.update(actions).where(actions.c.key == action.key).values(**row))


def find_action(connection: Connection, key: str) -> Improvement | None:
    """One action, or None."""
    row = connection.execute(sa.select(actions).where(actions.c.key == key)).mappings().first()
    return _action(row) if row is not None else None


def list_actions(connection: Connection, line: str | None = None) -> list[Improvement]:
    """Actions, the first due first; those of one line when it is named."""
    query = sa.select(actions).order_by(actions.c.due, actions.c.key)
    if line is not None:
        query = query.where(actions.c.line == line)
    return [_action(row) for row in connection.execute(query).mappings()]


def _action(row: sa.RowMapping) -> Improvement:
    values = {**row, "measure": Measure(row["measure"]), "state": ActionState(row["state"])}
    return Improvement(**values)
