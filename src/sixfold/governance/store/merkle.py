"""The log of the audit: leaves, the interior nodes that proofs need, heads, keys, and which events tell of which patient."""

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model.audit import Head, Leaf, Sealed, SigningKey
from sixfold.governance.rules.merkle import Node
from sixfold.kernel.database import events, insert_if_absent, metadata
from sixfold.kernel.events import Event

leaves = sa.Table(
    "audit_leaf",
    metadata,
    sa.Column("index", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False, unique=True),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
nodes = sa.Table(
    "audit_node",
    metadata,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
heads = sa.Table(
    "audit_head",
    metadata,
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
)
keys = sa.Table(
    "audit_key",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("public", sa.Text, nullable=False),
    sa.Column("made_at", sa.Text, nullable=False),
)
patients = sa.Table(
    "audit_patient",
    metadata,
    sa.Column("patient_key", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
)

_AT_ONCE = 500


def log_size(connection: Connection) -> int:
    """How many leaves the log has."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(leaves.c.index), -1))).scalar_one()) + 1


def last_sealed(connection: Connection) -> int:
    """The sequence number of the newest event in the log, 0 when there is none."""
    newest = sa.select(leaves.c.seq).order_by(leaves.c.index.desc()).limit(1)
    return int(connection.execute(newest).scalar() or 0)


def add_leaves(connection: Connection, made: Sequence[Leaf], above: Sequence[tuple[Node, bytes]]) -> None:
    """Append leaves, and the nodes that they complete."""
    connection.execute(
        sa.insert(leaves), [{"index": one.index, "seq": one.seq, "salt": one.salt, "hash": one.hash} for one in made]
    )
    if above:
        rows = [{"level": node.level, "position": node.position, "hash": value} for node, value in above]
        connection.execute(sa.insert(nodes), rows)


def add_patients(connection: Connection, pairs: Collection[tuple[str, int]]) -> None:
    """Say which events tell of which patient."""
    if pairs:
        connection.execute(sa.insert(patients), [{"patient_key": key, "seq": seq} for key, seq in pairs])


def find_nodes(connection: Connection, wanted: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of nodes and leaves; those that are not there are left out."""
    all_wanted = set(wanted)
    low = [node.position for node in all_wanted if node.level == 0]
    high = [(nodes.c.level == node.level) & (nodes.c.position == node.position) for node in all_wanted if node.level > 0]
    found = {}
    if low:
        query = sa.select(leaves.c.index, leaves.c.hash).where(leaves.c.index.in_(low))
        found = {Node(0, index): bytes(value) for index, value in connection.execute(query)}
    if high:
        query = sa.select(nodes).where(sa.or_(*high))  # SQLite scans for pairs IN a list
        found |= {Node(row.level, row.position): bytes(row.hash) for row in connection.execute(query)}
    return found


def find_leaf(connection: Connection, seq: int) -> Leaf | None:
    """The leaf of an event; None when it is not in the log, or not yet."""
    row = connection.execute(sa.select(leaves).where(leaves.c.seq == seq)).first()
    return _leaf(row) if row is not None else None


def _leaf(row: sa.Row[Any]) -> Leaf:
    return Leaf(row[0], row.seq, bytes(row.salt), bytes(row.hash))


def add_head(connection: Connection, head: Head) -> bool:
    """Keep a head; False when there is one of its size."""
    row = {name: getattr(head, name) for name in Head.__struct_fields__}
    return insert_if_absent(connection, heads, **row)


def list_heads(connection: Connection, after: int = -1, limit: int | None = None) -> list[Head]:
    """Heads of more than `after` leaves, the smallest first."""
    query = sa.select(heads).where(heads.c.size > after).order_by(heads.c.size).limit(limit)
    return [Head(*row) for row in connection.execute(query)]


def newest_head(connection: Connection) -> Head | None:
    """The head of the most leaves."""
    row = connection.execute(sa.select(heads).order_by(heads.c.size.desc()).limit(1)).first()
    return Head(*row) if row is not None else None


def is_news(connection: Connection, size: int, quiet: str) -> bool:
    """Whether the log has an event of another kind than `quiet` at or after leaf `size`."""
    query = sa.select(leaves.c.index).join(events, events.c.seq == leaves.c.seq)
    return connection.execute(query.where(leaves.c.index >= size, events.c.kind != quiet).limit(1)).first() is not None


def add_key(connection: Connection, key: SigningKey) -> bool:
    """Keep a public key; False when it is kept already."""
    return insert_if_absent(connection, keys, key=key.key, public=key.public, made_at=key.made_at)


def list_keys(connection: Connection) -> list[SigningKey]:
    """Every public key that ever signed, the oldest first."""
    return [SigningKey(*row) for row in connection.execute(sa.select(keys).order_by(keys.c.made_at, keys.c.key))]


def walk_log(connection: Connection) -> Generator[Sealed, None, None]:
    """Every leaf in order with its event; events within the log that have no leaf stand where their number belongs."""
    last = last_sealed(connection)
    told = _streamed(connection, sa.select(events).where(events.c.seq <= last).order_by(events.c.seq))
    event = next(told, None)
    seen = 0
    for row in _streamed(connection, sa.select(leaves).order_by(leaves.c.index)):
        leaf = _leaf(row)
        if leaf.seq <= seen:  # out of order: its event is looked up, so that the others find theirs
            yield Sealed(leaf, _find_event(connection, leaf.seq))
            continue
        seen = leaf.seq
        while event is not None and event.seq < leaf.seq:
            yield Sealed(None, _event(event))
            event = next(told, None)
        if event is not None and event.seq == leaf.seq:
            yield Sealed(leaf, _event(event))
            event = next(told, None)
        else:
            yield Sealed(leaf, None)
    while event is not None:
        yield Sealed(None, _event(event))
        event = next(told, None)


def _streamed(connection: Connection, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    with connection.execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:  # a cursor of the server: to be closed
        yield from rows


def _event(row: sa.Row[Any]) -> Event:
    try:
        payload = orjson.loads(row.payload)
    except orjson.JSONDecodeError:
        payload = {}  # its leaf will not agree
    return Event(row.seq, row.at, row.part, row.kind, row.subject, row.actor, payload)


def _find_event(connection: Connection, seq: int) -> Event | None:
    row = connection.execute(sa.select(events).where(events.c.seq == seq)).first()
    return _event(row) if row is not None else None


def walk_nodes(connection: Connection) -> Generator[tuple[Node, bytes], None, None]:
    """Every interior node in the order in which appending makes them."""
    last_leaf = (nodes.c.position + 1) * sa.literal(1, sa.BigInteger).bitwise_lshift(nodes.c.level)
    for row in _streamed(connection, sa.select(nodes).order_by(last_leaf, nodes.c.level)):
        yield Node(row.level, row.position), bytes(row.hash)


def count_pending(connection: Connection) -> int:
    """How many events are not in the log yet."""
    query = sa.select(sa.func.count()).where(events.c.seq > last_sealed(connection))
    return int(connection.execute(query).scalar_one())


def patients_of(batch: Iterable[Event]) -> list[tuple[str, int]]:
    """Which of the events tell of a patient, as `(patient_key, seq)`."""
    keyed = ((event.payload.get("patient_key"), event.seq) for event in batch)
    return [(key, seq) for key, seq in keyed if isinstance(key, str) and key]
