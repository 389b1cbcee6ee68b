"""The log of the audit: every event of the spine gets a leaf, in order and without a gap, and can be proved to be there."""

import os
from collections.abc import Sequence

from sqlalchemy import Connection

from sixfold.governance.model.audit import Consistency, Head, Leaf, NotInLog, Proof, SigningKey
from sixfold.governance.rules import merkle
from sixfold.governance.rules.evidence import SALT, leaf_of
from sixfold.governance.rules.merkle import Frontier, Span
from sixfold.governance.store import merkle as store
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.events import BatchConsumer, Event

BATCH = 1000
"""Events that are sealed in one transaction."""


class MerkleLog:
    """One a process; only one process at a time seals (`Duty`), any number read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._consumer = BatchConsumer(database, "audit-log", _seal)

    def seal(self, limit: int = BATCH) -> int:
        """Give up to `limit` further events their leaves, in one transaction; returns how many."""
        return self._consumer.advance(limit)

    def prove(self, seq: int) -> Proof:
        """That an event is in the log, against the newest head; raises `NotInLog`, also while no head covers it."""
        with self._database.read() as connection:
            leaf, head = store.find_leaf(connection, seq), store.newest_head(connection)
            if leaf is None or head is None or leaf.index >= head.size:
                raise NotInLog("there is no such event, or no signed head covers it yet: ask again in a minute")
            path = _roots(connection, merkle.inclusion_spans(leaf.index, head.size))
        return Proof(seq, leaf.index, leaf.salt.hex(), leaf.hash.hex(), path, head)

    def prove_consistency(self, first: int, second: int) -> Consistency:
        """That the log of `second` leaves continues that of `first`; raises `NotInLog`."""
        with self._database.read() as connection:
            size = store.log_size(connection)
            if not 0 < first <= second <= size:
                raise NotInLog(f"the log has {size} leaves: ask for 0 < first <= second <= {size}")
            spans = [Span(0, first), Span(0, second), *merkle.consistency_spans(first, second)]
            first_root, second_root, *path = _roots(connection, spans)
        return Consistency(first, first_root, second, second_root, path)

    def heads(self, after: int, limit: int) -> list[Head]:
        """Signed heads of more than `after` leaves, the smallest first."""
        with self._database.read() as connection:
            return store.list_heads(connection, after, limit)

    def public_keys(self) -> list[SigningKey]:
        """Every public key that heads were signed with, the oldest first."""
        with self._database.read() as connection:
            return store.list_keys(connection)


def _seal(transaction: Transaction, batch: Sequence[Event]) -> None:
    connection = transaction.connection
    size = store.log_size(connection)
    known = store.find_nodes(connection, merkle.nodes_of(Span(0, size)))
    tree = Frontier(size, [known[node] for node in merkle.nodes_of(Span(0, size))])
    chance = os.urandom(SALT * len(batch))
    leaves, nodes = [], []
    for number, event in enumerate(batch):
        salt = chance[number * SALT : (number + 1) * SALT]
        leaf = Leaf(tree.size, event.seq, salt, leaf_of(event, salt))
        leaves.append(leaf)
        nodes += tree.append(leaf.hash)
    store.add_leaves(connection, leaves, nodes)
    store.add_patients(connection, store.patients_of(batch))


def root_at(connection: Connection, size: int) -> str:
    """The root of the first `size` leaves, in hexadecimal; raises `NotInLog` when a node is missing."""
    return _roots(connection, [Span(0, size)])[0]


def _roots(connection: Connection, spans: Sequence[Span]) -> list[str]:
    """The roots over spans, read with one query a level."""
    known = store.find_nodes(connection, {node for span in spans for node in merkle.nodes_of(span)})
    try:
        return [merkle.root_of(span, known).hex() for span in spans]
    except KeyError as missing:
        raise NotInLog(f"the log is damaged: node {missing} is missing; run `sixfold audit verify`") from None
