"""Who changes the store is found out: random manipulations of its real tables, by somebody who may write all of them.

`SIXFOLD_TEST_TAMPERINGS=1000` is the long form. Each is made within a transaction that is rolled back.
"""

import io
import os
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance import SYSTEM
from sixfold.governance.model import ACCESS_ALLOWED
from sixfold.governance.model.audit import Head, Report
from sixfold.governance.rules.evidence import leaf_of
from sixfold.governance.rules.merkle import Frontier
from sixfold.governance.service.evidence import export_lines, verify_export, verify_store
from sixfold.governance.service.heads import Heads, Signer
from sixfold.governance.service.merkle import MerkleLog
from sixfold.governance.store import merkle as store
from sixfold.governance.store.merkle import heads, leaves, nodes
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database
from sixfold.kernel.database import events as table

TRIALS = int(os.environ.get("SIXFOLD_TEST_TAMPERINGS", "100"))
EVENTS = 90


@dataclass(frozen=True)
class Scene:
    """A house whose audit is sealed and signed, and what left it: the key and a witness's heads."""

    database: Database
    signer: Signer
    witnessed: list[Head]

    @property
    def trusted(self) -> dict[str, bytes]:
        return {self.signer.name: self.signer.public}


@pytest.fixture
def scene(database: Database, clock: HandClock, tmp_path: Path) -> Scene:
    signer, log = Signer.kept(tmp_path / "key.pem"), MerkleLog(database)
    signing, chance = Heads(database, signer, clock), random.Random(1)
    made = 0
    while made < EVENTS:
        with database.write() as transaction:
            for made in range(made, made + chance.randint(5, 25)):  # noqa: B020 the count goes on
                payload = {"action": "read", "study_uid": f"1.2.{made % 7}", "patient_key": f"P{made % 5}", "count": made}
                subject = payload["study_uid"]
                events.record(transaction, ACCESS_ALLOWED, subject=str(subject), actor=SYSTEM.actor, payload=payload)
        with database.write() as transaction:  # a number that is free, as after a change that was taken back
            newest = sa.select(sa.func.max(table.c.seq)).scalar_subquery()
            transaction.connection.execute(sa.delete(table).where(table.c.seq == newest - chance.randint(1, 3)))
        while log.seal():
            pass
        signing.sign()
        clock.advance(60)
    with database.read() as connection:
        witnessed = store.list_heads(connection)
    return Scene(database, signer, witnessed)


class _Undo(Exception):
    pass


def tampered(scene: Scene, change: Callable[[Connection, random.Random], object], seed: int = 0) -> Report:
    """What the verifier says after a change, which is then undone."""
    report = None
    with suppress(_Undo), scene.database.write() as transaction:
        change(transaction.connection, random.Random(seed))
        report = verify_store(transaction.connection, scene.trusted, scene.witnessed)
        raise _Undo
    assert report is not None
    return report


Rows = list[dict[str, Any]]
COLUMNS = ("at", "part", "kind", "subject", "actor", "payload")


def rows_of(connection: Connection) -> Rows:
    """Every leaf with its event."""
    query = sa.select(leaves, table).join(table, table.c.seq == leaves.c.seq).order_by(leaves.c.index)
    return [dict(row) for row in connection.execute(query).mappings()]


def sealed_seq(connection: Connection, chance: random.Random) -> int:
    return chance.choice(list(connection.execute(sa.select(leaves.c.seq)).scalars()))


def overwrite(connection: Connection, seq: int, **values: object) -> None:
    connection.execute(sa.update(table).where(table.c.seq == seq).values(**values))


def edit(connection: Connection, chance: random.Random) -> None:
    """One field of one event."""
    column = chance.choice(["at", "part", "kind", "subject", "actor", "payload"])
    overwrite(connection, sealed_seq(connection, chance), **{column: b'{"count":-1}' if column == "payload" else "forged"})


def spoil(connection: Connection, chance: random.Random) -> None:
    """Bytes that are no JSON."""
    overwrite(connection, sealed_seq(connection, chance), payload=chance.randbytes(9) + b"\xff")


def delete(connection: Connection, chance: random.Random) -> None:
    connection.execute(sa.delete(table).where(table.c.seq == sealed_seq(connection, chance)))


def delete_leaf(connection: Connection, chance: random.Random) -> None:
    connection.execute(sa.delete(leaves).where(leaves.c.seq == sealed_seq(connection, chance)))


def delete_both(connection: Connection, chance: random.Random) -> None:
    """An event with its leaf, those behind it moved up."""
    seq = sealed_seq(connection, chance)
    rows = [row for row in rows_of(connection) if row["seq"] != seq]
    connection.execute(sa.delete(table).where(table.c.seq == seq))
    relabel(connection, rows)


def relabel(connection: Connection, rows: Rows) -> None:
    """Write the leaves anew in the order of `rows`."""
    connection.execute(sa.delete(leaves))
    again = [{**{name: row[name] for name in ("seq", "salt", "hash")}, "index": index} for index, row in enumerate(rows)]
    connection.execute(sa.insert(leaves), again)


def insert(connection: Connection, chance: random.Random) -> None:
    """An event under a number that is free, with a leaf in its place or without one."""
    rows = rows_of(connection)
    taken = {row["seq"] for row in rows}
    seq = chance.choice([number for number in range(1, max(taken)) if number not in taken])
    told = {name: chance.choice(rows)[name] for name in COLUMNS}
    forged = "OVERRIDING SYSTEM VALUE" if connection.dialect.name == "postgresql" else ""
    names = ", ".join(COLUMNS)
    values = ", ".join(f":{name}" for name in COLUMNS)
    connection.execute(sa.text(f"INSERT INTO event (seq, {names}) {forged} VALUES ({seq}, {values})"), told)
    if chance.random() < 0.5:
        event = events.Event(seq, *(str(told[name]) for name in COLUMNS[:-1]), payload=msgspec.json.decode(told["payload"]))
        salt = os.urandom(16)
        rows.append({"seq": seq, "salt": salt, "hash": leaf_of(event, salt)})
        relabel(connection, sorted(rows, key=lambda row: row["seq"]))


def swap_events(connection: Connection, chance: random.Random) -> None:
    """Two events change places."""
    one, other = chance.sample(rows_of(connection), 2)
    if one["payload"] == other["payload"] and one["at"] == other["at"] and one["kind"] == other["kind"]:
        other = {**other, "subject": "forged"}
    for row, seq in ((one, other["seq"]), (other, one["seq"])):
        overwrite(connection, seq, **{name: row[name] for name in ("at", "part", "kind", "subject", "actor", "payload")})


def swap_leaves(connection: Connection, chance: random.Random) -> None:
    rows = rows_of(connection)
    first, second = chance.sample(range(len(rows)), 2)
    rows[first], rows[second] = rows[second], rows[first]
    relabel(connection, rows)


def truncate(connection: Connection, chance: random.Random) -> None:
    """The newest events with all that the store knows of them."""
    size = chance.randrange(1, store.log_size(connection))
    cut(connection, size)
    connection.execute(sa.delete(table).where(table.c.seq > store.last_sealed(connection)))


def cut(connection: Connection, size: int) -> None:
    """Every trace of leaves from `size` on, but not their events."""
    last_leaf = (nodes.c.position + 1) * sa.literal(1, sa.BigInteger).bitwise_lshift(nodes.c.level)
    connection.execute(sa.delete(leaves).where(leaves.c.index >= size))
    connection.execute(sa.delete(nodes).where(last_leaf > size))
    connection.execute(sa.delete(heads).where(heads.c.size > size))


def truncate_log(connection: Connection, chance: random.Random) -> None:
    """The newest leaves, nodes and heads; the events stay, and may be sealed anew."""
    cut(connection, chance.randrange(1, store.log_size(connection)))


def head_lost(connection: Connection, chance: random.Random) -> None:
    newest = sa.select(sa.func.max(heads.c.size)).scalar_subquery()
    sizes = list(connection.execute(sa.select(heads.c.size).where(heads.c.size < newest)).scalars())
    connection.execute(sa.delete(heads).where(heads.c.size == chance.choice(sizes)))


def head_forged(connection: Connection, chance: random.Random) -> None:
    size = chance.choice(store.list_heads(connection)).size
    column = chance.choice(["root", "signature", "at"])
    connection.execute(sa.update(heads).where(heads.c.size == size).values({column: "00" * 32}))


def node_forged(connection: Connection, chance: random.Random) -> None:
    level, position = chance.choice(list(connection.execute(sa.select(nodes.c.level, nodes.c.position))))
    here = (nodes.c.level == level) & (nodes.c.position == position)
    connection.execute(sa.update(nodes).where(here).values(hash=b"\0" * 32))


def fork(scene: Scene) -> Callable[[Connection, random.Random], None]:
    """Another history from some event on, whole: events, leaves, nodes, and heads signed with the house's own key."""

    def change(connection: Connection, chance: random.Random) -> None:
        seq = sealed_seq(connection, chance)
        overwrite(connection, seq, actor="person:somebody-else")
        rewrite(connection, scene.signer)

    return change


def rewrite(connection: Connection, signer: Signer) -> None:
    """Seal and sign all that the table of events says now, as if nothing had been before."""
    tree, signed = Frontier(), {head.size: head for head in store.list_heads(connection)}
    told = [one for one in store.walk_log(connection) if one.event is not None]
    cut(connection, 0)
    for index, one in enumerate(told):
        assert one.event is not None
        event, salt = one.event, os.urandom(16)
        if event.kind == "audit.head_signed":
            head = next(iter(store.list_heads(connection, event.payload["size"] - 1, 1)))
            event = msgspec.structs.replace(event, payload=msgspec.structs.asdict(head))
            overwrite(connection, event.seq, payload=msgspec.json.encode(event.payload))
        leaf = store.Leaf(index, event.seq, salt, leaf_of(event, salt))
        store.add_leaves(connection, [leaf], tree.append(leaf.hash))
        if tree.size in signed:
            store.add_head(connection, signer.sign(tree.size, tree.root().hex(), signed[tree.size].at))


CHANGES = [
    edit, spoil, delete, delete_leaf, delete_both, insert, swap_events, swap_leaves,
    truncate, truncate_log, head_lost, head_forged, node_forged,
]  # fmt: skip


def test_an_untouched_store_verifies(scene: Scene) -> None:
    with scene.database.read() as connection:
        for witnessed in ([], scene.witnessed):
            report = verify_store(connection, scene.trusted, witnessed)
            assert report.findings == []
            assert (report.size, report.covered) == (store.log_size(connection), scene.witnessed[-1].size)
        assert report.heads == 2 * len(scene.witnessed)
        exported = b"".join(export_lines(connection, "now"))
    assert verify_export(io.BytesIO(exported), {}, scene.witnessed).findings == []


def test_every_manipulation_is_found(scene: Scene) -> None:
    chosen = random.Random(20260115)
    changes = [*CHANGES, fork(scene)]
    for trial in range(TRIALS):
        change = changes[trial % len(changes)]
        report = tampered(scene, change, chosen.randrange(1 << 30))
        assert report.findings, f"trial {trial}: {change.__name__} was not found"
    test_an_untouched_store_verifies(scene)


@pytest.mark.parametrize("change", [edit, spoil, delete, delete_leaf, swap_events])
def test_the_event_is_named(scene: Scene, change: Callable[[Connection, random.Random], None]) -> None:
    for seed in range(5):
        before = {}

        def watched(connection: Connection, chance: random.Random, before: dict[int, object] = before) -> None:
            before |= {row["seq"]: row for row in rows_of(connection)}
            change(connection, chance)
            for row in rows_of(connection):
                if before.get(row["seq"]) == row:
                    del before[row["seq"]]

        report = tampered(scene, watched, seed)
        named = {finding.seq for finding in report.findings if finding.seq is not None}
        assert set(before) <= named
        assert len(named) <= len(before) + 1  # the leaf behind a gap is named too


def test_a_fork_is_found_against_the_witness_alone(scene: Scene) -> None:
    report = tampered(scene, fork(scene))
    assert any("forked" in finding.text for finding in report.findings)
    blind = Scene(scene.database, scene.signer, [])
    assert tampered(blind, fork(scene)).findings == []  # who has the key and the store can only be found from outside


def test_a_cut_is_found_against_the_witness_alone(scene: Scene) -> None:
    def to_the_first_head(connection: Connection, _: random.Random) -> None:
        cut(connection, scene.witnessed[0].size)
        connection.execute(sa.delete(table).where(table.c.seq > store.last_sealed(connection)))

    report = tampered(scene, to_the_first_head)
    assert any(f"has {scene.witnessed[-1].size} leaves" in finding.text for finding in report.findings)
    assert tampered(Scene(scene.database, scene.signer, []), to_the_first_head).findings == []


def test_a_log_that_nobody_trusted_signed_is_damage(scene: Scene, tmp_path: Path) -> None:
    other = Signer.kept(tmp_path / "other.pem")
    with scene.database.read() as connection:
        report = verify_store(connection, {other.name: other.public})
    assert [str(finding) for finding in report.findings] == ["no head of a trusted key vouches for the log"]


def exported(scene: Scene) -> list[bytes]:
    with scene.database.read() as connection:
        return list(export_lines(connection, "now"))


def manipulated(lines: list[bytes], chance: random.Random) -> Iterator[tuple[str, list[bytes]]]:
    """An export that somebody changed, by the name of the change."""
    first = next(number for number, line in enumerate(lines) if line.startswith(b'{"leaf"'))
    here, there = sorted(chance.sample(range(first, len(lines) - 1), 2))
    yield "delete", lines[:here] + lines[here + 1 :]
    yield "insert", [*lines[:here], lines[there], *lines[here:]]
    yield "reorder", [*lines[:here], lines[there], *lines[here + 1 : there], lines[here], *lines[there + 1 :]]
    yield "truncate", [*lines[:here], lines[-1]]
    yield "edit", [*lines[:here], lines[here].replace(b'"seq":', b'"seq":1', 1), *lines[here + 1 :]]


def test_a_changed_export_is_found(scene: Scene) -> None:
    lines, chance = exported(scene), random.Random(7)
    for _ in range(max(1, TRIALS // 20)):
        for name, changed in manipulated(lines, chance):
            assert verify_export(io.BytesIO(b"".join(changed)), scene.trusted).findings, name
