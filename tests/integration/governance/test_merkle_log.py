"""The log on each database: every event of the spine, in order, once; proved, signed, witnessed."""

import threading
from pathlib import Path

import msgspec
import pytest

from sixfold.governance import SYSTEM
from sixfold.governance.model import SESSION_OPENED
from sixfold.governance.model.audit import AUDIT_HEAD_SIGNED, KeyUnusable, NotInLog
from sixfold.governance.rules import merkle
from sixfold.governance.rules.evidence import is_signed, leaf_of
from sixfold.governance.service.heads import Heads, Signer, Witness, key_file, read_heads
from sixfold.governance.service.merkle import MerkleLog
from sixfold.governance.store import merkle as store
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database
from sixfold.kernel.errors import Unavailable


def happen(database: Database, count: int, prefix: str = "ada") -> None:
    with database.write() as transaction:
        for number in range(count):
            payload = {"address": f"192.0.2.{number % 256}"}
            events.record(transaction, SESSION_OPENED, subject=f"{prefix}{number}", actor=SYSTEM.actor, payload=payload)


def sealed(log: MerkleLog, limit: int = 7) -> int:
    total = 0
    while done := log.seal(limit):
        total += done
    return total


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.kept(key_file(tmp_path))


def test_every_event_gets_one_leaf_in_the_order_of_the_feed(database: Database) -> None:
    happen(database, 30)
    log = MerkleLog(database)
    assert sealed(log) == 30
    assert sealed(MerkleLog(database)) == 0
    happen(database, 5)
    assert sealed(log) == 5
    told = events.read(database, 0, 100)
    with database.read() as connection:
        leaves = [one.leaf for one in store.walk_log(connection) if one.leaf is not None]
    assert [(leaf.index, leaf.seq) for leaf in leaves] == [(index, event.seq) for index, event in enumerate(told)]
    assert [leaf.hash for leaf in leaves] == [leaf_of(event, leaf.salt) for event, leaf in zip(told, leaves, strict=True)]
    assert len({leaf.salt for leaf in leaves}) == 35


def test_two_who_seal_at_once_make_one_log(database: Database) -> None:
    happen(database, 200)
    threads = [threading.Thread(target=sealed, args=(MerkleLog(database), 11)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    sealed(MerkleLog(database))
    with database.read() as connection:
        assert store.log_size(connection) == 200
        assert all(one.leaf is not None and one.event is not None for one in store.walk_log(connection))


def test_every_event_is_proved_against_the_newest_head(database: Database, signer: Signer, clock: HandClock) -> None:
    happen(database, 21)
    log = MerkleLog(database)
    sealed(log)
    head = Heads(database, signer, clock).sign()
    assert head is not None
    sealed(log)
    covered = events.read(database, 0, head.size)
    for event in covered:
        proof = log.prove(event.seq)
        leaf = leaf_of(event, bytes.fromhex(proof.salt))
        assert merkle.included(leaf, proof.index, head.size, map(bytes.fromhex, proof.path), bytes.fromhex(head.root))
        assert proof.head == head
    with pytest.raises(NotInLog):
        log.prove(covered[-1].seq + 1)  # in the log, but no head covers it yet
    with pytest.raises(NotInLog):
        log.prove(10**9)


def test_every_head_continues_those_before_it(database: Database, signer: Signer, clock: HandClock) -> None:
    log, heads = MerkleLog(database), Heads(database, signer, clock)
    for count in (1, 2, 5, 9, 16):
        happen(database, count)
        sealed(log)
        heads.sign()
    found = log.heads(-1, 100)
    assert len(found) == 5
    for first in found:
        for second in found[found.index(first) :]:
            proof = log.prove_consistency(first.size, second.size)
            assert (proof.first_root, proof.second_root) == (first.root, second.root)
            roots = bytes.fromhex(first.root), bytes.fromhex(second.root)
            path = [bytes.fromhex(part) for part in proof.path]
            assert merkle.consistent(first.size, roots[0], second.size, roots[1], path)
    for first, second in ((0, 3), (3, 2), (1, 10**6), (-1, 2)):
        with pytest.raises(NotInLog):
            log.prove_consistency(first, second)


def test_a_head_is_signed_when_there_is_news_and_a_head_is_none(database: Database, signer: Signer, clock: HandClock) -> None:
    log, heads = MerkleLog(database), Heads(database, signer, clock)
    first = heads.sign()
    assert first is None  # nothing is sealed yet
    happen(database, 3)
    sealed(log)
    second = heads.sign()
    assert second is not None
    assert is_signed(second, signer.public)
    sealed(log)
    assert heads.sign() is None
    happen(database, 1)
    assert heads.sign() is None  # not sealed yet
    sealed(log)
    third = heads.sign()
    assert third is not None
    told = [event.payload for event in events.read(database, 0, 100) if event.kind == AUDIT_HEAD_SIGNED.name]
    assert [(head["size"], head["root"]) for head in told] == [(head.size, head.root) for head in (second, third)]
    assert [key.key for key in log.public_keys()] == [signer.name]


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = key_file(tmp_path)
    signer = Signer.kept(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert Signer.kept(file).public == signer.public
    file.chmod(0o640)
    with pytest.raises(KeyUnusable, match="600"):
        Signer.kept(file)


@pytest.mark.parametrize("text", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, text: bytes) -> None:
    file = key_file(tmp_path)
    file.parent.mkdir()
    file.write_bytes(text)
    file.chmod(0o600)
    with pytest.raises(KeyUnusable):
        Signer.kept(file)


def test_a_head_is_bound_to_all_that_it_says(tmp_path: Path) -> None:
    signer, other = Signer.kept(tmp_path / "one.pem"), Signer.kept(tmp_path / "two.pem")
    head = signer.sign(5, "ab" * 32, "2026-01-15T12:00:00.000Z")
    assert is_signed(head, signer.public)
    assert not is_signed(head, other.public)
    for change in ({"size": 6}, {"root": "cd" * 32}, {"at": "2026"}, {"key": other.name}, {"signature": "x"}):
        assert not is_signed(msgspec.structs.replace(head, **change), signer.public)


def test_every_head_goes_to_the_witness_and_waits_while_it_is_away(
    database: Database, signer: Signer, clock: HandClock, tmp_path: Path
) -> None:
    log, heads, place = MerkleLog(database), Heads(database, signer, clock), tmp_path / "elsewhere" / "heads.jsonl"
    witness = Witness(database, place)
    for count in (3, 4):
        happen(database, count)
        sealed(log)
        heads.sign()
        with pytest.raises(Unavailable, match="witness"):
            witness.advance()
    place.parent.mkdir()
    while witness.advance(4):
        pass
    assert read_heads(place.read_bytes().splitlines()) == log.heads(-1, 10)
    with place.open("ab") as torn:
        torn.write(b'{"size": 12, "ro')
    happen(database, 1)
    sealed(log)
    heads.sign()
    while Witness(database, place).advance():
        pass
    assert read_heads(place.read_bytes().splitlines()) == log.heads(-1, 10)
