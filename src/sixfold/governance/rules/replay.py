"""Deciding past accesses again, exactly as they were asked, under two versions of the policies.

An access to a study is asked twice, as when it happened: for the house as a whole, and then for the study. What is alike is
decided once; a million events ask some thousand different questions.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from sixfold.governance.model import ACCESS_DENIED, PrincipalKind
from sixfold.governance.model.policy import Circumstances, Profile, Purpose, Traits, Verdict
from sixfold.governance.model.replay import Change, Direction, Group, Outlook, Totals
from sixfold.governance.rules.alike import Alike
from sixfold.governance.rules.policy import Policies, Question
from sixfold.governance.rules.roles import FOR_EVERYBODY

_EXAMPLES = 5
_SIDES: tuple[Direction, Direction] = ("gains", "loses")
_MOST_CHANGES = 50_000
_REMEMBERED = 100_000
_NOTHING = msgspec.Raw(b"")
_BY_ALL = frozenset(action.value for action in FOR_EVERYBODY)
_KINDS: frozenset[PrincipalKind] = frozenset({"person", "token", "ae", "system"})


class Told(msgspec.Struct):
    """What an audit event tells of a decision; the parts stay as they are written, so that alike ones are equal bytes."""

    action: str = ""
    study_uid: str = ""
    who: msgspec.Raw = _NOTHING
    traits: msgspec.Raw = _NOTHING
    relations: msgspec.Raw = _NOTHING
    purpose: str = ""
    version: str = ""
    count: int = 1


class Who(msgspec.Struct):
    """What policies saw of who asked."""

    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    service_lines: frozenset[str] = frozenset()
    facilities: frozenset[str] = frozenset()


class Past(NamedTuple):
    """One audit event: its number, kind and actor, and its payload as it is written."""

    seq: int
    kind: str
    actor: str
    payload: bytes


class Case(NamedTuple):
    """A question of the past; `actor` is the kind of it alone where no policy looks at names.

    `unseen`: it was refused for the house as a whole while it asked for a study, whose traits are therefore not on record.
    """

    actor: str
    action: str
    who: bytes
    traits: bytes
    relations: bytes
    purpose: str
    unseen: bool


class Shift(NamedTuple):
    """How a case is decided otherwise, or why that cannot be told: named as in `Totals`."""

    outcome: Direction | Literal["beyond_record", "without_judgement"]
    policies: tuple[str, ...] = ()


_read_told = msgspec.json.Decoder(Told).decode
_read_who = msgspec.json.Decoder(Who).decode
_read_traits = msgspec.json.Decoder(Traits).decode
_read_relations = msgspec.json.Decoder(frozenset[str]).decode


def questions_of(case: Case) -> tuple[Question, Question | None]:
    """The question for the house, and the one for the study where it was asked for one; raises `msgspec.MsgspecError`."""
    kind, _, name = case.actor.partition(":")
    who = _read_who(case.who) if case.who else Who()
    profile = Profile(kind, name, who.roles, who.groups, who.service_lines, who.facilities)  # type: ignore[arg-type]
    purpose = case.purpose or Purpose.TREATMENT.value
    # emergency access is asked for as treatment: the emergency is in the relation to the study
    of_house = Purpose.TREATMENT.value if purpose == Purpose.EMERGENCY.value else purpose
    house = (profile, case.action, Circumstances(purpose=of_house))
    if not case.traits:
        return house, None
    relations = _read_relations(case.relations) if case.relations else frozenset()
    return house, (profile, case.action, Circumstances(_read_traits(case.traits), relations, purpose))


def verdicts(policies: Policies, asked: Sequence[tuple[Question, Question | None]]) -> list[Verdict]:
    """The verdict of each pair: of the house when that refuses or nothing else is asked, else of the study."""
    of_house = policies.decide_all([house for house, _ in asked])
    further = [study for (_, study), house in zip(asked, of_house, strict=True) if study is not None and house.allowed]
    of_study = iter(policies.decide_all(further))
    return [
        next(of_study) if study is not None and house.allowed else house
        for (_, study), house in zip(asked, of_house, strict=True)
    ]


def shift(case: Case, now: Verdict, then: Verdict) -> Shift | None:
    """What becomes of a case; None when it stays as it is."""
    if case.unseen and (now.allowed or then.allowed):
        return Shift("beyond_record")
    if now.allowed == then.allowed:
        return None
    refused, allowed = (now, then) if then.allowed else (then, now)
    return Shift("gains" if then.allowed else "loses", refused.policies or allowed.policies)


class _Row:
    """A change that is being counted."""

    __slots__ = ("count", "events", "examples")

    def __init__(self, count: int = 0, events: int = 0, examples: Iterable[int] = ()) -> None:
        self.count = count
        self.events = events
        self.examples = list(examples)


_RowKey = tuple[str, str, bytes, Shift]


class Replaying:
    """A replay at some point of its way; `outlook` is all there is to go on from."""

    def __init__(self, base: Policies, proposed: Policies, so_far: Outlook | None = None) -> None:
        self._base = base
        self._proposed = proposed
        self._named = base.names_people or proposed.names_people
        self._alike = Alike([base.text, proposed.text])
        self._known: dict[Case, Shift | None] = {}
        self._totals = msgspec.structs.asdict(so_far.totals if so_far else Totals())
        self._rows: dict[_RowKey, _Row] = {}
        self._left_off = so_far.left_off if so_far else 0
        self._groups: dict[str, dict[str, list[int]]] = {name: {} for name in _GROUPS}
        if so_far is not None:
            self._resume(so_far)

    def _resume(self, so_far: Outlook) -> None:
        for name, groups in self._groups.items():
            groups |= {one.name: [one.gains, one.loses] for one in getattr(so_far, name)}
        for one in so_far.changes:
            traits = msgspec.json.encode(one.traits) if one.traits is not None else b""
            self._rows[one.actor, one.action, traits, Shift(one.direction, one.policies)] = _Row(
                one.count, one.events, one.examples
            )

    def take(self, events: Sequence[Past]) -> None:
        """Decide a batch again."""
        read = [self._read(event) for event in events]
        self._decide({case for case, _ in read if case is not None and case not in self._known})
        totals = self._totals
        for event, (case, count) in zip(events, read, strict=True):
            totals["events"] += 1
            totals["accesses"] += count
            if case is None:
                totals["without_judgement"] += count
            elif (found := self._known[case]) is not None:
                self._count(event, case, found, count)
        if len(self._known) > _REMEMBERED:
            self._known = {}

    def _read(self, event: Past) -> tuple[Case | None, int]:
        try:
            told = _read_told(event.payload)
        except msgspec.MsgspecError:
            return None, 1
        kind, _, _ = event.actor.partition(":")
        if not told.version or told.action in _BY_ALL or kind not in _KINDS:
            return None, told.count
        traits = bytes(told.traits)
        unseen = not traits and bool(told.study_uid) and event.kind == ACCESS_DENIED.name
        actor = event.actor if self._named else kind
        return Case(actor, told.action, bytes(told.who), traits, bytes(told.relations), told.purpose, unseen), told.count

    def _decide(self, cases: Iterable[Case]) -> None:
        fresh = {}
        for case in cases:
            try:
                house, study = questions_of(case)
            except msgspec.MsgspecError:
                self._known[case] = Shift("without_judgement")
            else:
                fresh[case] = self._alike(house), self._alike(study) if study is not None else None
        asked = list(fresh.values())
        now, then = verdicts(self._base, asked), verdicts(self._proposed, asked)
        self._known |= {case: shift(case, *both) for case, *both in zip(fresh, now, then, strict=True)}

    def _count(self, event: Past, case: Case, found: Shift, count: int) -> None:
        self._totals[found.outcome] += count
        if found.outcome not in _SIDES:
            return
        side = _SIDES.index(found.outcome)
        for group, names in _names(event.actor, case, found).items():
            for name in names:
                self._groups[group].setdefault(name, [0, 0])[side] += count
        key = event.actor, case.action, case.traits, found
        if key not in self._rows and len(self._rows) >= _MOST_CHANGES:
            self._left_off += count
            return
        row = self._rows.setdefault(key, _Row())
        row.count += count
        row.events += 1
        if len(row.examples) < _EXAMPLES:
            row.examples.append(event.seq)

    def outlook(self) -> Outlook:
        """What is known so far."""
        changes = [
            Change(
                actor,
                action,
                found.outcome,  # type: ignore[arg-type]  # nothing else is counted in rows
                _read_traits(traits) if traits else None,
                found.policies,
                row.count,
                row.events,
                tuple(row.examples),
            )
            for (actor, action, traits, found), row in self._rows.items()
        ]
        changes.sort(key=lambda one: (-one.count, one.actor, one.action, one.traits or Traits(), one.policies))
        groups = {name: _sorted(found) for name, found in self._groups.items()}
        return Outlook(totals=Totals(**self._totals), **groups, changes=changes, left_off=self._left_off)


_GROUPS = ("people", "service_lines", "facilities", "policies")


def _names(actor: str, case: Case, found: Shift) -> Mapping[str, Sequence[str]]:
    traits = _read_traits(case.traits) if case.traits else Traits()
    return {
        "people": [actor],
        "service_lines": [traits.service_line],
        "facilities": [traits.facility],
        "policies": found.policies,
    }


def _sorted(found: Mapping[str, Sequence[int]]) -> list[Group]:
    groups = [Group(name, gains, loses) for name, (gains, loses) in found.items()]
    return sorted(groups, key=lambda one: (-(one.gains + one.loses), one.name))
