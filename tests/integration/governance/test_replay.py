"""What-if on each database: exact against an oracle that decides event by event, and true after the switch."""

import random
from collections import Counter
from collections.abc import Iterator

import orjson
import pytest
import sqlalchemy as sa
from tests.boards import ADA, AUDITORS_READ, decide, named, policy, seat_everybody

from sixfold.governance import Action, Forbidden, Governance, Principal, Resource
from sixfold.governance.model import SYSTEM, BadEntry, NoSuchEntry
from sixfold.governance.model.decisions import STEERING, Brief, Kind, NotDecidable
from sixfold.governance.model.policy import Circumstances, Traits
from sixfold.governance.model.replay import Outlook, ReplayState
from sixfold.governance.model.standing import Hidden, RelationRecord, StudyStanding
from sixfold.governance.rules.policy import Policies, default_policies
from sixfold.governance.service import replay as service
from sixfold.governance.service.replay import Replays
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database, events

HOUSE = {"roles": ["physician"], "facilities": ["north"]}
NORTH = {"facility": "north", "service_line": "mr", "sensitivity": "normal", "restricted": False}
SOUTH = {**NORTH, "facility": "south"}
NO_NORTH = (
    default_policies()
    + '@id("north-is-closed") forbid (principal, action == Action::"read", resource is Study) '
    + 'when { resource.facility == "north" };'
)
CHANGED = (
    AUDITORS_READ
    + '@id("mr-not-for-ct") forbid (principal, action in [Action::"read", Action::"search"], resource is Study) '
    + 'when { resource.service_line == "mr" && principal.service_lines.contains("ct") };'
    + '@id("bea-reads") permit (principal is Person, action == Action::"read", resource is Study) '
    + 'when { principal.name == "bea" };'
    + '@id("no-devices") forbid (principal is Ae, action == Action::"search", resource is House);'
)

LIKE = default_policies() + (
    '@id("like") forbid (principal, action == Action::"read", resource is Study) when { resource.facility like "n*" };'
)


@pytest.fixture
def seated(governance: Governance) -> Governance:
    seat_everybody(governance)
    return governance


def past(database: Database, *told: dict[str, object], at: str = "2026-01-15T12:00:00.000Z") -> None:
    """Put accesses in the audit, as the trail writes them: `actor` and `denied` besides the payload."""
    rows = []
    for one in told:
        payload = {name: value for name, value in one.items() if name not in ("actor", "denied")}
        kind = "access.denied" if one.get("denied") else "access.allowed"
        payload = {"version": "v", "count": 1, **payload}
        row = {"at": at, "part": "governance", "kind": kind, "subject": "s", "actor": one.get("actor", "person:bob")}
        rows.append({**row, "payload": orjson.dumps({name: value for name, value in payload.items() if value is not None})})
    with database.write() as transaction:
        transaction.connection.execute(sa.insert(events), rows)


def outlook(governance: Governance, text: str, days: int | None = None) -> Outlook:
    """Propose a text and run its replay to the end."""
    proposal = governance.boards.decisions.draft(STEERING, policy(text), by=named("cleo"))
    replay = governance.boards.replays.start(proposal.key, days, by=ADA)
    while governance.boards.replays.step():
        pass
    view = governance.boards.replays.view(replay.key, limit=5000)
    assert view.replay.state is ReplayState.DONE
    assert view.replay.done == view.replay.total
    assert view.outlook is not None
    assert view.changes_in_all == len(view.outlook.changes)
    return view.outlook


def test_who_loses_what_by_hand(seated: Governance, database: Database) -> None:
    read = {"action": "read", "who": HOUSE, "study_uid": "1.2"}
    past(
        database,
        {**read, "traits": NORTH, "count": 3},
        {**read, "traits": NORTH, "actor": "person:eve", "who": {"roles": ["administrator"]}},
        {**read, "traits": SOUTH, "denied": True},
        {**read, "traits": NORTH, "count": 2},
        {**read, "action": "search", "traits": NORTH},
        {**read, "action": "search", "study_uid": None},
        {"action": "own", "who": HOUSE},
        {"action": "read", "actor": "unknown", "denied": True, "version": None},
    )
    found = outlook(seated, NO_NORTH)
    assert (found.totals.gains, found.totals.loses, found.totals.accesses) == (0, 6, 11)
    assert found.totals.without_judgement == 2
    bob, eve = found.changes
    assert (bob.actor, bob.action, bob.direction, bob.count, bob.events) == ("person:bob", "read", "loses", 5, 2)
    assert (bob.traits, bob.policies) == (Traits("north", "mr"), ("north-is-closed",))
    assert (eve.actor, eve.count, len(eve.examples)) == ("person:eve", 1, 1)
    assert [(one.name, one.gains, one.loses) for one in found.people] == [("person:bob", 0, 5), ("person:eve", 0, 1)]
    assert [(one.name, one.loses) for one in found.facilities] == [("north", 6)]
    assert [(one.name, one.loses) for one in found.service_lines] == [("mr", 6)]
    assert [(one.name, one.loses) for one in found.policies] == [("north-is-closed", 6)]


def test_who_gains_and_what_is_not_on_record(seated: Governance, database: Database) -> None:
    auditor = {"action": "read", "who": {"roles": ["auditor"]}, "actor": "person:olga", "denied": True}
    past(database, auditor, {**auditor, "study_uid": "1.2"}, {**auditor, "action": "store"})
    found = outlook(seated, AUDITORS_READ)
    assert (found.totals.gains, found.totals.loses, found.totals.beyond_record) == (1, 0, 1)
    [change] = found.changes
    assert (change.direction, change.policies, change.traits) == ("gains", ("auditors-read",), None)


def test_a_permit_that_is_gone_is_responsible(seated: Governance, database: Database) -> None:
    emergency = {"action": "read", "who": {"roles": ["physician"], "facilities": ["south"]}, "study_uid": "1.2"}
    past(database, {**emergency, "traits": NORTH, "relations": ["emergency"], "purpose": "BTG"})
    without = default_policies().replace('context.relations.contains("emergency")', "false")
    [change] = outlook(seated, without).changes
    assert (change.direction, change.policies) == ("loses", ("emergency-access",))


def test_only_the_last_days(seated: Governance, database: Database, clock: HandClock) -> None:
    read = {"action": "read", "who": HOUSE, "traits": NORTH, "study_uid": "1.2"}
    past(database, read, read, at="2026-01-01T00:00:00.000Z")
    past(database, read)
    assert outlook(seated, NO_NORTH, days=7).totals.loses == 1
    assert outlook(seated, NO_NORTH + "// all of it\n").totals.loses == 3


def random_past(number: int) -> Iterator[dict[str, object]]:
    chance = random.Random(number)
    places = ["", "north", "south"]
    for _ in range(number):
        kind = chance.choice(["person", "person", "token", "ae", "system"])
        who = {
            "roles": chance.sample(["physician", "radiologist", "auditor", "administrator", "modality"], chance.randint(0, 2)),
            "service_lines": chance.sample(["ct", "mr"], chance.randint(0, 2)),
            "facilities": chance.sample(["north", "south"], chance.randint(0, 1)),
        }
        traits = {
            "facility": chance.choice(places),
            "service_line": chance.choice(["ct", "mr"]),
            "sensitivity": chance.choice(["normal", "normal", "sensitive"]),
            "restricted": chance.random() < 0.1,
        }
        relations = chance.choice([None, None, ["reading"], ["care-team", "ordering"], ["emergency"]])
        purpose = "BTG" if relations == ["emergency"] else chance.choice([None, None, "HRESCH"])
        of_study = chance.random() < 0.7
        yield {
            "actor": f"{kind}:{chance.choice(['bea', 'bob', 'carl'])}",
            "action": chance.choice(["read", "read", "search", "store", "audit", "govern", "echo"]),
            "denied": chance.random() < 0.3,
            "study_uid": f"1.{chance.randint(0, 9)}" if chance.random() < 0.8 else None,
            "who": {name: sorted(values) for name, values in who.items() if values} or None,
            "traits": traits if of_study else None,
            "relations": sorted(relations) if of_study and relations else None,
            "purpose": purpose,
            "count": chance.choice([1, 1, 1, 7]),
        }


def by_brute_force(database: Database, text: str) -> tuple[Counter[tuple[object, ...]], Counter[str]]:
    """An oracle that shares nothing with the replay but the policies: one fresh decision an event, asked as the door asks."""
    before, after = Policies(default_policies()), Policies(text)

    def may(policies: Policies, actor: str, told: dict[str, object]) -> bool:
        kind, _, name = actor.partition(":")
        who = {key: frozenset(values) for key, values in told.get("who", {}).items()}  # type: ignore[attr-defined]
        principal = Principal(kind, name, name, **{"roles": frozenset(), **who})  # type: ignore[arg-type]
        purpose = str(told.get("purpose", "TREAT"))
        house = Circumstances(purpose="TREAT" if purpose == "BTG" else purpose)
        if not policies.decide(principal, str(told["action"]), house).allowed:
            return False
        if "traits" not in told:
            return True
        relations = frozenset(told.get("relations", ()))  # type: ignore[arg-type]
        study = Circumstances(Traits(**told["traits"]), relations, purpose)  # type: ignore[arg-type]
        return policies.decide(principal, str(told["action"]), study).allowed

    changes: Counter[tuple[object, ...]] = Counter()
    sums: Counter[str] = Counter()
    with database.read() as connection:
        rows = connection.execute(sa.select(events).where(events.c.kind.like("access.%"))).all()
    for row in rows:
        told = orjson.loads(row.payload)
        now, then = may(before, row.actor, told), may(after, row.actor, told)
        if row.kind == "access.denied" and "study_uid" in told and "traits" not in told and (now or then):
            sums["beyond_record"] += told["count"]
        elif now != then:
            direction = "gains" if then else "loses"
            sums[direction] += told["count"]
            traits = Traits(**told["traits"]) if "traits" in told else None
            changes[row.actor, told["action"], direction, traits] += told["count"]
    return changes, sums


@pytest.mark.parametrize("text", [CHANGED, AUDITORS_READ, NO_NORTH, LIKE])
def test_exact_against_an_oracle(seated: Governance, database: Database, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 97)
    past(database, *random_past(1500))
    found = outlook(seated, text)
    changes, sums = by_brute_force(database, text)
    counted: Counter[tuple[object, ...]] = Counter()
    for one in found.changes:
        counted[one.actor, one.action, one.direction, one.traits] += one.count
    assert counted == changes
    assert len(changes) > 5
    totals = found.totals
    assert (totals.gains, totals.loses, totals.beyond_record) == (sums["gains"], sums["loses"], sums["beyond_record"])
    for group in (found.people, found.service_lines, found.facilities):
        assert (sum(one.gains for one in group), sum(one.loses for one in group)) == (totals.gains, totals.loses)


def test_a_killed_worker_is_succeeded_where_it_was(
    seated: Governance, database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    past(database, *random_past(400))
    whole = outlook(seated, CHANGED)
    monkeypatch.setattr(service, "_AT_ONCE", 50)
    monkeypatch.setattr(service, "_STEP_SECONDS", 0.0001)
    proposal = seated.boards.decisions.draft(STEERING, policy(CHANGED), by=named("cleo"))
    replay = seated.boards.replays.start(proposal.key, None, by=ADA)
    steps = [0]
    while Replays(database, clock).step():  # another process each time
        steps.append(seated.boards.replays.view(replay.key).replay.done)
    assert steps == sorted(steps)
    assert len(steps) >= 9
    assert seated.boards.replays.view(replay.key, limit=5000).outlook == whole


def test_a_replay_is_cancelled_and_asked_for_again(
    seated: Governance, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 50)
    monkeypatch.setattr(service, "_STEP_SECONDS", 0.0001)
    past(database, *random_past(200))
    replays = seated.boards.replays
    proposal = seated.boards.decisions.draft(STEERING, policy(CHANGED), by=named("cleo"))
    first = replays.start(proposal.key, None, by=ADA)
    replays.step()
    with pytest.raises(NotDecidable, match="running"):
        replays.start(proposal.key, None, by=ADA)
    assert replays.cancel(first.key, by=ADA).state is ReplayState.CANCELLED
    assert replays.step() == 0
    with pytest.raises(NotDecidable, match="cancelled"):
        replays.cancel(first.key, by=ADA)
    second = replays.start(proposal.key, None, by=ADA)
    assert [one.key for one in replays.list_replays(proposal.key)] == [second.key]
    for wrong in ("nothing", first.key):
        with pytest.raises(NoSuchEntry):
            replays.view(wrong)
    with pytest.raises(BadEntry):
        replays.start(proposal.key, 0, by=ADA)
    other = seated.boards.decisions.draft(STEERING, Brief("x", "y", Kind.OTHER), by=named("cleo"))
    with pytest.raises(NotDecidable, match="no policies"):
        replays.start(other.key, None, by=ADA)


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b'{"action": 7, "version": "v"}', b'{"action":"read","version":"v","who":[1]}',
     b'{"action":"read","version":"v","traits":{"facility":5}}', b'{"action":"read","version":"v","relations":3,"traits":{}}'],
)  # fmt: skip
def test_an_event_that_cannot_be_read_is_counted_and_ends_nothing(
    seated: Governance, database: Database, payload: bytes
) -> None:
    row = {"at": "2026-01-15T12:00:00.000Z", "part": "governance", "kind": "access.allowed"}
    with database.write() as transaction:
        transaction.connection.execute(sa.insert(events).values(**row, subject="s", actor="person:x", payload=payload))
    assert outlook(seated, AUDITORS_READ).totals.without_judgement == 1


class Studies:
    """A directory of studies, one for each kind of traits."""

    def __init__(self, governance: Governance, database: Database) -> None:
        every = [
            Traits(facility, line, sensitivity)
            for facility in ("", "north", "south")
            for line in ("ct", "mr")
            for sensitivity in ("normal", "sensitive")
        ]
        with database.write() as transaction:
            numbers = [governance.standing.number_of(transaction.connection, traits) for traits in every]
        self.traits = {f"1.2.{place}": traits for place, traits in enumerate(every)}
        self._numbers = dict(zip(self.traits, numbers, strict=True))

    def study(self, study_uid: str) -> StudyStanding | None:
        """The standing of a study, each of another patient."""
        number = self._numbers.get(study_uid)
        return StudyStanding(number, f"H|{study_uid}") if number is not None else None

    def close(self, transaction: object, patient_key: str, *, restricted: bool) -> int:
        """Closes none."""
        return 0


Access = tuple[Principal, Action, str]


def asked(governance: Governance, accesses: list[Access]) -> list[bool]:
    """Ask the door for each of them, which leaves its trace, and tell which were let in."""
    answers = []
    for principal, action, study in accesses:
        try:
            governance.allow(principal, action, Resource("study", study) if study else Resource("archive"))
            answers.append(True)
        except (Forbidden, Hidden):
            answers.append(False)
    governance.trail.flush()
    return answers


def some_accesses(studies: Studies) -> list[Access]:
    chance = random.Random(7)
    people = [
        Principal(
            chance.choice(["person", "person", "token", "ae"]),
            name,
            name,
            frozenset(chance.sample(["physician", "radiologist", "auditor", "administrator"], chance.randint(1, 2))),
            service_lines=frozenset(chance.sample(["ct", "mr"], chance.randint(0, 2))),
            facilities=frozenset(chance.sample(["north", "south"], chance.randint(0, 1))),
        )
        for name in [f"p{number}" for number in range(40)] + ["bea"]
    ]
    actions = [Action.READ, Action.SEARCH, Action.AUDIT]
    return [(chance.choice(people), chance.choice(actions), chance.choice(["", *studies.traits])) for _ in range(600)]


def test_GOV4_what_was_predicted_is_what_the_switch_does(seated: Governance, database: Database) -> None:
    studies = Studies(seated, database)
    seated.standing.directory = studies
    tied = [RelationRecord(f"person:p{number}", "reading", study_uid=f"1.2.{number % 12}") for number in range(40)]
    seated.doors.relate(tied, by=SYSTEM)
    accesses = some_accesses(studies)
    before = asked(seated, accesses)
    predicted = outlook(seated, CHANGED)
    assert decide(seated, policy(CHANGED, "Switch")).state.value == "passed"
    after = asked(seated, accesses)
    actual: Counter[tuple[object, ...]] = Counter()
    beyond, old = 0, Policies(default_policies())
    for (principal, action, study), was, becomes in zip(accesses, before, after, strict=True):
        if study and not old.decide(principal, action, Circumstances()).allowed:
            # the door was shut before anybody looked at the study
            beyond += seated.judge(principal, action).verdict.allowed
        elif was != becomes:
            actual[principal.actor, action.value, "gains" if becomes else "loses", studies.traits.get(study)] += 1
    told: Counter[tuple[object, ...]] = Counter()
    for one in predicted.changes:
        told[one.actor, one.action, one.direction, one.traits] += one.count
    assert told == actual
    assert sum(count for key, count in actual.items() if key[2] == "loses") > 20
    assert sum(count for key, count in actual.items() if key[2] == "gains") > 5
    assert predicted.totals.beyond_record == beyond
