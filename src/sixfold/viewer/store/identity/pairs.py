"""Pairs of records: how they stand, who said so, and every earlier state of them."""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.kernel.database import insert_if_absent
from sixfold.viewer.model.identity import Comparison, Pair, PairChange, PairState
from sixfold.viewer.store.identity import tables as t
from sixfold.viewer.store.identity.records import batches

_TURN = 0x5159  # advisory lock: one change of who belongs together at a time
_LOW, _HIGH = t.records.alias("low_record"), t.records.alias("high_record")


def take_turn(connection: Connection) -> None:
    """Wait until nobody else changes who belongs together; until the transaction's end. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_TURN,))


def find(connection: Connection, key: str) -> Pair | None:
    """A pair by its key."""
    row = connection.execute(sa.select(t.pairs).where(t.pairs.c.key == key)).mappings().first()
    return _pair(row) if row is not None else None


def of_records(connection: Connection, numbers: Collection[int]) -> list[Pair]:
    """Every pair that one of the records is in."""
    found: dict[str, Pair] = {}
    for some in batches(sorted(numbers)):
        for column in (t.pairs.c.low, t.pairs.c.high):
            rows = connection.execute(sa.select(t.pairs).where(column.in_(some))).mappings()
            found |= {row["key"]: _pair(row) for row in rows}
    return [found[key] for key in sorted(found)]


def put(connection: Connection, pair: Pair) -> bool:
    """Insert a pair of revision 1, or move one on by a revision; False when it is not as it was."""
    values = {
        "state": pair.state.value,
        "score": pair.comparison.score,
        "comparison": msgspec.json.encode(pair.comparison),
        "policy": pair.policy,
        "at": pair.at,
        "by": pair.by,
        "note": pair.note,
        "revision": pair.revision,
    }
    if pair.revision == 1:
        done = insert_if_absent(connection, t.pairs, key=pair.key, low=pair.low, high=pair.high, **values)
    else:
        before = (t.pairs.c.key == pair.key) & (t.pairs.c.revision == pair.revision - 1)
        done = connection.execute(sa.update(t.pairs).where(before).values(**values)).rowcount == 1
    if done:
        told = {name: values[name] for name in ("state", "at", "by", "note", "score", "policy", "revision")}
        connection.execute(sa.insert(t.changes).values(pair=pair.key, **told))
    return done


def links(connection: Connection, numbers: Collection[int]) -> list[tuple[int, int]]:
    """The links that stand among these records."""
    return [(one.low, one.high) for one in of_records(connection, numbers) if one.state is PairState.LINKED]


def queue(connection: Connection, state: PairState, limit: int, after: tuple[float, str] | None) -> list[Pair]:
    """Pairs in a state whose records are not of one person already, the surest first, behind a place."""
    query = _open(sa.select(t.pairs)).where(t.pairs.c.state == state.value)
    if after is not None:
        score, key = after
        query = query.where(sa.or_(t.pairs.c.score < score, sa.and_(t.pairs.c.score == score, t.pairs.c.key < key)))
    query = query.order_by(t.pairs.c.score.desc(), t.pairs.c.key.desc()).limit(limit)
    return [_pair(row) for row in connection.execute(query).mappings()]


def count(connection: Connection, state: PairState) -> int:
    """How many pairs `queue` has in all."""
    return int(connection.execute(_open(sa.select(sa.func.count())).where(t.pairs.c.state == state.value)).scalar_one())


def newest(connection: Connection, states: Iterable[PairState], limit: int, after: tuple[str, str] | None) -> list[Pair]:
    """Pairs in some states, the last changed first, behind a place."""
    query = sa.select(t.pairs).where(t.pairs.c.state.in_([state.value for state in states]))
    if after is not None:
        at, key = after
        query = query.where(sa.or_(t.pairs.c.at < at, sa.and_(t.pairs.c.at == at, t.pairs.c.key < key)))
    query = query.order_by(t.pairs.c.at.desc(), t.pairs.c.key.desc()).limit(limit)
    return [_pair(row) for row in connection.execute(query).mappings()]


def changes(connection: Connection, key: str) -> list[PairChange]:
    """Every state that a pair was in, the newest first."""
    query = sa.select(t.changes).where(t.changes.c.pair == key).order_by(t.changes.c.revision.desc())
    rows = connection.execute(query)
    return [PairChange(row.revision, PairState(row.state), row.at, row.by, row.note, row.score, row.policy) for row in rows]


def _open(query: sa.Select[Any]) -> sa.Select[Any]:
    joined = t.pairs.join(_LOW, _LOW.c.id == t.pairs.c.low).join(_HIGH, _HIGH.c.id == t.pairs.c.high)
    return query.select_from(joined).where(_LOW.c.person != _HIGH.c.person)


def _pair(row: Any) -> Pair:
    told = {name: row[name] for name in ("key", "low", "high", "policy", "at", "by", "note", "revision")}
    comparison = msgspec.json.decode(row["comparison"], type=Comparison)
    return Pair(**told, state=PairState(row["state"]), comparison=comparison)
