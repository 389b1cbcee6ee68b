"""Replays, how far they are, and the past that they read."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model import ACCESS_ALLOWED, ACCESS_DENIED, PART
from sixfold.governance.model.replay import Outlook, Replay, ReplayState
from sixfold.governance.rules.replay import Past
from sixfold.kernel.database import events, metadata

replays = sa.Table(
    "replay",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("proposal", sa.Text, sa.ForeignKey("proposal.key"), nullable=False, index=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("base", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("through", sa.BigInteger, nullable=False),  # events up to this one are decided
    sa.Column("until", sa.BigInteger, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Text, nullable=False),
    sa.Column("outlook", sa.LargeBinary),  # MessagePack
)

_ASKED = (events.c.part == PART) & events.c.kind.in_([ACCESS_ALLOWED.name, ACCESS_DENIED.name])


def _range(after: int, until: int, since: str) -> Any:
    return _ASKED & (events.c.seq > after) & (events.c.seq <= until) & (events.c.at >= since)


def newest_event(connection: Connection) -> int:
    """The number of the newest event."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(events.c.seq), 0))).scalar_one())


def count_past(connection: Connection, until: int, since: str) -> int:
    """How many accesses the audit has since a moment, up to an event."""
    counted = sa.select(sa.func.count()).select_from(events).where(_range(0, until, since))
    return int(connection.execute(counted).scalar_one())


def read_past(connection: Connection, replay: Replay, after: int, limit: int) -> list[Past]:
    """The next accesses of a replay after an event, in order."""
    columns = sa.select(events.c.seq, events.c.kind, events.c.actor, events.c.payload)
    query = columns.where(_range(after, replay.until, replay.since)).order_by(events.c.seq).limit(limit)
    return [Past(*row) for row in connection.execute(query)]


def add_replay(connection: Connection, replay: Replay) -> None:
    """Insert a replay."""
    connection.execute(sa.insert(replays).values(**msgspec.to_builtins(replay)))


_COLUMNS = [column for column in replays.c if column.name != "outlook"]


def _replay(row: Any) -> Replay:
    return Replay(**{**row, "state": ReplayState(row["state"])})


def find_replay(connection: Connection, key: str) -> Replay | None:
    """One replay, or None."""
    row = connection.execute(sa.select(*_COLUMNS).where(replays.c.key == key)).mappings().first()
    return _replay(row) if row else None


def list_replays(connection: Connection, proposal: str) -> list[Replay]:
    """The replays of a proposal, the newest first."""
    query = sa.select(*_COLUMNS).where(replays.c.proposal == proposal).order_by(replays.c.key.desc())
    return [_replay(row) for row in connection.execute(query).mappings()]


def next_running(connection: Connection) -> Replay | None:
    """The running replay that was asked for first, or None."""
    query = sa.select(*_COLUMNS).where(replays.c.state == ReplayState.RUNNING.value).order_by(replays.c.key).limit(1)
    row = connection.execute(query).mappings().first()
    return _replay(row) if row else None


def outlook_of(connection: Connection, key: str) -> Outlook | None:
    """What a replay has found so far; None before its first step."""
    packed = connection.execute(sa.select(replays.c.outlook).where(replays.c.key == key)).scalar()
    return msgspec.msgpack.decode(packed, type=Outlook) if packed is not None else None


def move(connection: Connection, before: Replay, after: Replay, outlook: Outlook) -> bool:
    """Write a step down; False when the replay was cancelled, or somebody else did the step."""
    mine = (
        (replays.c.key == before.key) & (replays.c.through == before.through) & (replays.c.state == ReplayState.RUNNING.value)
    )
    values = {"state": after.state.value, "done": after.done, "through": after.through}
    change = sa.update(replays).where(mine).values(**values, outlook=msgspec.msgpack.encode(outlook))
    return connection.execute(change).rowcount == 1


def cancel(connection: Connection, key: str) -> bool:
    """Stop a replay; False when it does not run."""
    mine = (replays.c.key == key) & (replays.c.state == ReplayState.RUNNING.value)
    values = {"state": ReplayState.CANCELLED.value, "outlook": None}
    return connection.execute(sa.update(replays).where(mine).values(**values)).rowcount == 1


def forget_ended(connection: Connection, proposal: str, keep: Sequence[str] = ()) -> None:
    """Delete the replays of a proposal that have ended."""
    ended = (replays.c.proposal == proposal) & (replays.c.state != ReplayState.RUNNING.value)
    connection.execute(sa.delete(replays).where(ended, replays.c.key.not_in(keep)))
