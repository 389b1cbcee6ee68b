"""Pairs of records for people: the queue, what was decided, and deciding. Who may not see both records sees no pair."""

import re
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection

from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database
from sixfold.viewer.model.identity import (
    BadDecision,
    DecidedMeanwhile,
    KeptApart,
    NoSuchPair,
    Pair,
    PairChange,
    PairState,
    Reason,
    Verb,
)
from sixfold.viewer.rules.identity.links import moved_by_person
from sixfold.viewer.service.federation.judging import Asker
from sixfold.viewer.service.identity.persons import move
from sixfold.viewer.service.identity.sight import RecordSight, Shown, shown
from sixfold.viewer.store.identity import pairs as pair_store
from sixfold.viewer.store.identity import policies as policy_store
from sixfold.viewer.store.identity import records as record_store

_KEY = re.compile(r"[0-9]{1,18}-[0-9]{1,18}")
_SCORE = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,4})?")
_MOMENT = re.compile(r"[0-9TZ:.-]{10,32}")
_NONE, _NO_CURSOR = "there is no such pair, or it is closed to you", "that is no cursor of ours"
_LOOKS = 5
"""Pages that are read for one, where most of what is in them is closed to whoever asks."""


class ShownPair(msgspec.Struct, frozen=True):
    """A pair as people read it. `by` is empty where the machine put it; `policy` is the version that it was judged under."""

    key: str
    state: PairState
    revision: int
    score: float
    rule: str
    policy: int
    at: str
    by: str
    note: str
    reasons: tuple[Reason, ...]
    doubts: tuple[str, ...]
    one: Shown
    other: Shown


class PairPage(msgspec.Struct, frozen=True):
    """Pairs, and the cursor that goes on behind them."""

    pairs: list[ShownPair]
    next: str | None
    left: int
    """Records that are still to be matched: until then the queue grows."""


Read = Callable[[str, int], list[Pair]]


class Decisions:
    """Each decision is one transaction; of two at once the second is told so."""

    def __init__(self, database: Database, sight: RecordSight, clock: Clock, left: Callable[[], int]) -> None:
        self._database = database
        self._sight = sight
        self._clock = clock
        self._left = left

    def queue(self, asker: Asker, state: PairState, limit: int, cursor: str) -> PairPage:
        """A page of what people are asked, the surest first."""

        def read(after: str, size: int) -> list[Pair]:
            with self._database.read() as connection:
                return pair_store.queue(connection, state, size, _place(after))

        return self._page(asker, read, lambda pair: f"{pair.comparison.score!r}~{pair.key}", limit, cursor)

    def decided(self, asker: Asker, states: Sequence[PairState], limit: int, cursor: str) -> PairPage:
        """A page of what was said, by people or by the machine, the newest first."""

        def read(after: str, size: int) -> list[Pair]:
            with self._database.read() as connection:
                return pair_store.newest(connection, states, size, _moment(after))

        return self._page(asker, read, lambda pair: f"{pair.at}~{pair.key}", limit, cursor)

    def pair(self, asker: Asker, key: str) -> tuple[ShownPair, list[PairChange]]:
        """A pair and how it came to stand so; raises `NoSuchPair`."""
        _check_key(key)
        with self._database.read() as connection:
            pair = pair_store.find(connection, key)
            changes = pair_store.changes(connection, key)
        return self._seen(asker, pair), changes

    def decide(self, asker: Asker, key: str, verb: Verb, revision: int, note: str) -> ShownPair:
        """Say something of a pair as it was read; raises `NoSuchPair`, `BadDecision`, `DecidedMeanwhile`, `KeptApart`."""
        _check_key(key)
        with self._database.read() as connection:
            self._seen(asker, pair_store.find(connection, key))
        with self._database.write() as transaction:
            connection = transaction.connection
            pair_store.take_turn(connection)
            before = pair_store.find(connection, key)
            if before is None or before.revision != revision:
                raise DecidedMeanwhile("somebody else decided on this pair meanwhile: look at it again")
            state, plain = moved_by_person(before, verb, note)
            after = msgspec.structs.replace(
                before,
                state=state,
                policy=policy_store.current(connection).version,
                at=to_text(self._clock()),
                by=asker.principal.actor,
                note=plain,
                revision=revision + 1,
            )
            if state is PairState.LINKED:
                _check_apart(connection, before)
            if not move(transaction, before, after, asker.principal.actor):
                raise DecidedMeanwhile("somebody else decided on this pair meanwhile: look at it again")
            if state is PairState.APART:
                _check_parted(connection, after)
        return self._seen(asker, after)

    def _seen(self, asker: Asker, pair: Pair | None) -> ShownPair:
        found = self._shown(asker, [pair]) if pair is not None else []
        if not found:
            raise NoSuchPair(_NONE)
        return found[0]

    def _page(self, asker: Asker, read: Read, place: Callable[[Pair], str], limit: int, cursor: str) -> PairPage:
        found: list[ShownPair] = []
        following: str | None = cursor
        for _ in range(_LOOKS):
            some = read(following or "", limit + 1)
            more, some = len(some) > limit, some[:limit]
            found += self._shown(asker, some)
            following = place(some[-1]) if more else None
            if following is None or len(found) >= limit:
                break
        return PairPage(found, following, self._left())

    def _shown(self, asker: Asker, pairs: Sequence[Pair]) -> list[ShownPair]:
        """Those pairs of which both records may be seen."""
        with self._database.read() as connection:
            kept = record_store.by_number(connection, {number for pair in pairs for number in (pair.low, pair.high)})
        studies = self._sight.studies(asker, [one.record for one in kept.values()])
        seen = {number: shown(kept[number].record, counted) for number, counted in studies.items()}
        return [_read(pair, seen[pair.low], seen[pair.high]) for pair in pairs if pair.low in seen and pair.high in seen]


def _read(pair: Pair, one: Shown, other: Shown) -> ShownPair:
    told = pair.comparison
    return ShownPair(
        pair.key,
        pair.state,
        pair.revision,
        told.score,
        told.rule,
        pair.policy,
        pair.at,
        pair.by,
        pair.note,
        told.reasons,
        told.doubts,
        one,
        other,
    )


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise NoSuchPair(_NONE)


def _place(cursor: str) -> tuple[float, str] | None:
    """The place of a cursor of the queue; None at its beginning; raises `BadDecision` for what is none."""
    if not cursor:
        return None
    score, _, key = cursor.partition("~")
    if not (_SCORE.fullmatch(score) and _KEY.fullmatch(key)):
        raise BadDecision(_NO_CURSOR)
    return float(score), key


def _moment(cursor: str) -> tuple[str, str] | None:
    if not cursor:
        return None
    at, _, key = cursor.partition("~")
    if not (_MOMENT.fullmatch(at) and _KEY.fullmatch(key)):
        raise BadDecision(_NO_CURSOR)
    return at, key


def _check_apart(connection: Connection, pair: Pair) -> None:
    """Raise `KeptApart` where the two persons hold records that somebody parted."""
    kept = record_store.by_number(connection, (pair.low, pair.high))
    members = record_store.of_persons(connection, {one.person for one in kept.values()})
    numbers = [one.record.key for one in members]
    person = {one.record.key: one.person for one in members}
    for other in pair_store.of_records(connection, numbers):
        across = other.low in person and other.high in person and person[other.low] != person[other.high]
        if other.state is PairState.APART and across and other.key != pair.key:
            raise KeptApart("somebody said of two records of these persons that they are never the same: take that back first")


def _check_parted(connection: Connection, pair: Pair) -> None:
    """Raise `KeptApart` where other links still hold the two together."""
    kept = record_store.by_number(connection, (pair.low, pair.high))
    if kept[pair.low].person == kept[pair.high].person:
        raise KeptApart("other links still hold these two together: take one of those back first")
