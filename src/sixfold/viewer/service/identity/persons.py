"""Who belongs together, kept in step with the links: the one place that changes it, within the caller's transaction."""

from collections.abc import Iterable

from sixfold.kernel import events
from sixfold.kernel.database import Transaction
from sixfold.kernel.kinds import EventKind
from sixfold.viewer.model.identity import (
    PAIR_APART,
    PAIR_DROPPED,
    PAIR_LINKED,
    PAIR_PROPOSED,
    PAIR_PUT_OFF,
    PAIR_UNDONE,
    Pair,
    PairState,
)
from sixfold.viewer.rules.identity.groups import components
from sixfold.viewer.store.identity import pairs as pair_store
from sixfold.viewer.store.identity import records as record_store

_KINDS = {
    PairState.PROPOSED: PAIR_PROPOSED,
    PairState.LINKED: PAIR_LINKED,
    PairState.APART: PAIR_APART,
    PairState.LATER: PAIR_PUT_OFF,
    PairState.DROPPED: PAIR_DROPPED,
}


def move(transaction: Transaction, before: Pair | None, after: Pair, actor: str) -> bool:
    """Move a pair on and tell of it, with the persons that come of it; False when somebody was faster."""
    if not pair_store.put(transaction.connection, after):
        return False
    linked = before is not None and before.state is PairState.LINKED
    if linked or after.state is PairState.LINKED:
        _settle(transaction, (after.low, after.high))
    events.record(transaction, _kind(before, after), subject=after.key, actor=actor, payload=_payload(after))
    return True


def _kind(before: Pair | None, after: Pair) -> EventKind:
    """Taken back is what a person or the machine had said for certain."""
    if before is not None and after.state is PairState.PROPOSED and before.state is not PairState.DROPPED:
        return PAIR_UNDONE
    return _KINDS[after.state]


def _settle(transaction: Transaction, numbers: Iterable[int]) -> None:
    """Part or join the persons of some records as the links that stand have it; each is named after its oldest record."""
    connection = transaction.connection
    touched = {kept.person for kept in record_store.by_number(connection, tuple(numbers)).values()}
    members = {kept.record.key: kept.person for kept in record_store.of_persons(connection, touched)}
    for group in components(members, pair_store.links(connection, members)):
        person = record_store.own_key(connection, min(group))
        record_store.set_person(connection, [one for one in group if members[one] != person], person)


def _payload(pair: Pair) -> dict[str, object]:
    return {
        "records": [pair.low, pair.high],
        "score": pair.comparison.score,
        "rule": pair.comparison.rule,
        "policy": pair.policy,
        "revision": pair.revision,
    }
