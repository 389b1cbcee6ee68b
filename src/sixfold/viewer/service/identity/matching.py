"""The matching of new and changed records, some at a time: compared with those that share a block, and what comes of it."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from sixfold.governance import SYSTEM
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.viewer.model.identity import Comparison, Outcome, Pair, PairState, PolicyVersion, Record, pair_key
from sixfold.viewer.rules.identity.blocks import CROWDED, LARGEST, blocks_of
from sixfold.viewer.rules.identity.decide import judge
from sixfold.viewer.rules.identity.groups import objection
from sixfold.viewer.rules.identity.links import moved_by_machine, why_by_machine
from sixfold.viewer.rules.identity.names import read_name
from sixfold.viewer.rules.identity.weights import Commonness
from sixfold.viewer.service.identity.persons import move
from sixfold.viewer.store.identity import pairs as pair_store
from sixfold.viewer.store.identity import policies as policy_store
from sixfold.viewer.store.identity import records as record_store
from sixfold.viewer.store.identity.records import Kept

AT_ONCE = 50
"""Records of one step."""


class _Plan(msgspec.Struct, frozen=True):
    """What a step found: the records that it matched, and of each pair its comparison and how it was read."""

    version: PolicyVersion
    due: Sequence[Kept]
    moves: Sequence[tuple[Pair | None, tuple[int, int], Comparison]]


class Matching:
    """Matches what is due. A step that is cut short, or done twice, changes nothing that was right."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def step(self, limit: int = AT_ONCE) -> int:
        """Match up to `limit` records; returns how many, 0 when none is due."""
        with self._database.read() as connection:
            plan = self._plan(connection, limit)
        if not plan.due:
            return 0
        with self._database.write(synced=False) as transaction:
            pair_store.take_turn(transaction.connection)
            if policy_store.current(transaction.connection).version != plan.version.version:
                return len(plan.due)  # they are due under the new one
            for before, key, comparison in plan.moves:
                self._move(transaction, plan, before, key, comparison)
            record_store.mark_matched(transaction.connection, plan.due, plan.version.version)
        return len(plan.due)

    def left(self) -> int:
        """How many records are still to be matched."""
        with self._database.read() as connection:
            return record_store.count_due(connection, policy_store.current(connection).version)

    def _plan(self, connection: Connection, limit: int) -> _Plan:
        version = policy_store.current(connection)
        due = record_store.due(connection, version.version, limit)
        sizes = record_store.sizes(connection, sorted({block for one in due for block in blocks_of(one.record)}))
        crowds = {block for block, size in sizes.items() if size > CROWDED.get(block[0], LARGEST)}
        sharing = record_store.sharing(connection, sorted(sizes.keys() - crowds))
        known = {pair.key: pair for pair in pair_store.of_records(connection, [one.record.key for one in due])}
        wanted = _wanted(due, sharing) | {(pair.low, pair.high) for pair in known.values()}
        records = _records(connection, due, wanted)
        common = _commonness(connection, records.values())
        moves = []
        for low, high in sorted(wanted):
            pair = known.get(pair_key(low, high))
            comparison = judge(records[low], records[high], version.policy, common, crowds.__contains__)
            if moved_by_machine(pair, comparison) is not None:
                moves.append((pair, (low, high), comparison))
        return _Plan(version, due, moves)

    def _move(
        self, transaction: Transaction, plan: _Plan, before: Pair | None, key: tuple[int, int], comparison: Comparison
    ) -> None:
        """Move one pair on, a link only where it joins nothing that contradicts; others are put to people."""
        if comparison.outcome is Outcome.LINK and (why := _against(transaction.connection, key)):
            comparison = msgspec.structs.replace(comparison, outcome=Outcome.REVIEW, rule="", doubts=(why,))
        state = moved_by_machine(before, comparison)
        if state is None:
            return
        note = why_by_machine(before, comparison, state)
        revision = before.revision + 1 if before is not None else 1
        version, at = plan.version.version, to_text(self._clock())
        after = Pair(pair_key(*key), *key, state, comparison, version, at, "", note, revision)
        move(transaction, before, after, SYSTEM.actor)


def _wanted(due: Sequence[Kept], sharing: Mapping[str, list[int]]) -> set[tuple[int, int]]:
    """Pairs of a record that is due and another that shares a block with it, and that tells people apart."""
    found: set[tuple[int, int]] = set()
    for one in due:
        mine = one.record.key
        others = {other for block in blocks_of(one.record) for other in sharing.get(block, ())}
        found |= {(min(mine, other), max(mine, other)) for other in others if other != mine}
    return found


def _records(connection: Connection, due: Sequence[Kept], wanted: set[tuple[int, int]]) -> dict[int, Record]:
    records = {one.record.key: one.record for one in due}
    missing = {number for pair in wanted for number in pair} - records.keys()
    return records | {number: kept.record for number, kept in record_store.by_number(connection, missing).items()}


def _commonness(connection: Connection, records: Iterable[Record]) -> Commonness:
    names = [read_name(told) for record in records for told in (record.told.name, *record.told.other_names)]
    words = {word[:64] for name in names for word in (name.family, *name.spelt)}
    return record_store.commonness(connection, words, {name.given[:64] for name in names})


def _against(connection: Connection, key: tuple[int, int]) -> str:
    """Why the persons of two records must not become one without a person; empty when they may, or are one already."""
    kept = record_store.by_number(connection, key)
    one, other = (kept[number].person for number in key)
    if one == other:
        return ""
    members = record_store.of_persons(connection, (one, other))
    numbers = [member.record.key for member in members]
    apart = {pair.key for pair in pair_store.of_records(connection, numbers) if pair.state is PairState.APART}
    ones, others = ([member.record for member in members if member.person == person] for person in (one, other))
    return objection(ones, others, lambda low, high: pair_key(low, high) in apart)
