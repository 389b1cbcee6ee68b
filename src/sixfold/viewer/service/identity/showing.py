"""The person of a patient's key: every record that belongs to it, and why, as far as whoever asks may see them."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from sixfold.kernel.database import Database
from sixfold.kernel.errors import NotFound
from sixfold.viewer.model.identity import Pair, PairState, Reason
from sixfold.viewer.service.federation.judging import Asker
from sixfold.viewer.service.identity.sight import RecordSight, Shown, shown
from sixfold.viewer.store.identity import pairs as pair_store
from sixfold.viewer.store.identity import records as record_store
from sixfold.viewer.store.identity.records import Kept

_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_NONE = "there is no such patient, or the patient is closed to you"


class Link(msgspec.Struct, frozen=True):
    """Why two records are of one person, or may be: `by` is empty where the machine said so."""

    pair: str
    one: str
    other: str
    score: float
    rule: str
    policy: int
    at: str
    by: str
    note: str
    revision: int
    reasons: tuple[Reason, ...]
    doubts: tuple[str, ...]


class Possible(msgspec.Struct, frozen=True):
    """A record of somebody who may be the same person: people were asked, and did not answer yet."""

    record: Shown
    link: Link


class EnterprisePatient(msgspec.Struct, frozen=True):
    """A person over all archives; `key` stays as long as the person's oldest record does."""

    key: str
    members: list[Shown]
    links: list[Link]
    possible: list[Possible]


class Showing:
    """Shows persons. What may not be seen is not there."""

    def __init__(self, database: Database, sight: RecordSight) -> None:
        self._database = database
        self._sight = sight

    def person_of(self, asker: Asker, patient_key: str) -> EnterprisePatient:
        """The person whose record has this patient's key; raises `NotFound`, also for what is hidden."""
        if _NOT_STORABLE.search(patient_key):
            raise NotFound(_NONE)
        with self._database.read() as connection:
            kept = record_store.find(connection, patient_key)
            members = record_store.of_persons(connection, [kept.person]) if kept is not None else []
            pairs = pair_store.of_records(connection, [one.record.key for one in members])
            others = record_store.by_number(connection, _strangers(pairs, members))
        studies = self._sight.studies(asker, [one.record for one in (*members, *others.values())])
        if kept is None or kept.record.key not in studies:
            raise NotFound(_NONE)
        seen = {one.record.key: shown(one.record, studies[one.record.key]) for one in members if one.record.key in studies}
        return EnterprisePatient(
            kept.person,
            list(seen.values()),
            [_link(pair, seen) for pair in pairs if pair.state is PairState.LINKED and pair.low in seen and pair.high in seen],
            _possible(pairs, seen, {n: shown(one.record, studies[n]) for n, one in others.items() if n in studies}),
        )


def _strangers(pairs: Sequence[Pair], members: Sequence[Kept]) -> set[int]:
    """Records of other persons that people were asked about."""
    mine = {one.record.key for one in members}
    asked = [pair for pair in pairs if pair.state in (PairState.PROPOSED, PairState.LATER)]
    return {number for pair in asked for number in (pair.low, pair.high)} - mine


def _possible(pairs: Sequence[Pair], seen: Mapping[int, Shown], others: Mapping[int, Shown]) -> list[Possible]:
    found = []
    for pair in pairs:
        for mine, other in ((pair.low, pair.high), (pair.high, pair.low)):
            if pair.state in (PairState.PROPOSED, PairState.LATER) and mine in seen and other in others:
                found.append(Possible(others[other], _link(pair, {**seen, **others})))
    return sorted(found, key=lambda one: -one.link.score)


def _link(pair: Pair, seen: Mapping[int, Shown]) -> Link:
    told = pair.comparison
    return Link(
        pair.key,
        seen[pair.low].patient_key,
        seen[pair.high].patient_key,
        told.score,
        told.rule,
        pair.policy,
        pair.at,
        pair.by,
        pair.note,
        pair.revision,
        told.reasons,
        told.doubts,
    )
