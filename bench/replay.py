"""What-if over the audit: a million past accesses decided again under a proposed version of the policies.

The audit is synthetic: 2,000 people, 60 devices and programs, 24 service lines of 4 facilities, most accesses to studies. No
peer: nothing that we know of does this. Before the time is told, a sample is decided one by one and compared.
"""

import random
import tempfile
import time
from typing import Any

import orjson
import psutil
import sqlalchemy as sa

from bench.measure import OURS, Case, Ledger, Sample
from bench.options import Options, command_line
from sixfold.app.schema import migrate
from sixfold.governance import Governance, Principal
from sixfold.governance.model.decisions import STEERING, Brief, Kind
from sixfold.governance.model.policy import Circumstances, Traits
from sixfold.governance.rules.policy import Policies, default_policies
from sixfold.governance.rules.replay import Past, Replaying
from sixfold.kernel.database import Database, events
from sixfold.kernel.settings import read_settings

PROPOSED = (
    default_policies()
    + """
@id("other-lines-need-a-relation")
forbid (principal is Person, action in [Action::"search", Action::"read"], resource is Study)
when { principal.roles.contains("physician") && !principal.service_lines.contains(resource.service_line) }
unless { context.relations.containsAny(["ordering", "reading", "care-team", "emergency"]) };

@id("auditors-search")
permit (principal, action == Action::"search", resource)
when { principal.roles.contains("auditor") };
"""
)
_FACILITIES = ["north", "south", "east", "clinic"]
_LINES = [f"line-{number}" for number in range(24)]
_RELATIONS = [None, None, None, None, ["care-team"], ["ordering"], ["reading"], ["care-team", "ordering"], ["emergency"]]
_AT_ONCE = 20_000


def run(options: Options, ledger: Ledger) -> None:
    """Seconds until it is known who would gain and who would lose by a proposed policy, over the past accesses of a house."""
    size = 100_000 if options.short else 1_000_000
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            settings = read_settings({}, home=folder)
            migrate(settings)
            database = Database(settings.database)
            try:
                fill(database, size)
                check(database)
                case = Case(f"what-if over {size:,} accesses", "s", False, "60 s for a million")
                ledger.add(case, OURS, replayed(database))
            finally:
                database.close()


def fill(database: Database, size: int) -> None:
    """Write audit events as the trail does."""
    chance = random.Random(3)
    callers = [_caller(number, chance) for number in range(2060)]
    for start in range(0, size, _AT_ONCE):
        rows = [_row(number, chance.choice(callers), chance) for number in range(start, min(start + _AT_ONCE, size))]
        with database.write(synced=False) as transaction:
            transaction.connection.execute(sa.insert(events), rows)


def _caller(number: int, chance: random.Random) -> tuple[str, dict[str, Any]]:
    if number >= 2000:
        kind, role = chance.choice([("ae", "modality"), ("ae", "archive-peer"), ("token", "service")])
        return f"{kind}:DEVICE{number}", {"roles": [role]}
    role = chance.choices(["physician", "radiologist", "technologist", "auditor"], [70, 15, 13, 2])[0]
    lines = sorted(chance.sample(_LINES, chance.choice([1, 1, 2])))
    return f"person:p{number}", {"roles": [role], "service_lines": lines, "facilities": [chance.choice(_FACILITIES)]}


def _row(number: int, caller: tuple[str, dict[str, Any]], chance: random.Random) -> dict[str, Any]:
    actor, who = caller
    at_home = chance.random() < 0.8
    traits = {
        "facility": chance.choice(who.get("facilities", _FACILITIES) if at_home else _FACILITIES),
        "service_line": chance.choice(who.get("service_lines", _LINES) if at_home else _LINES),
        "sensitivity": "sensitive" if chance.random() < 0.03 else "normal",
        "restricted": chance.random() < 0.005,
    }
    relations = chance.choice(_RELATIONS) if not at_home else None
    study = f"1.2.826.0.1.3680043.{number}"
    told = {
        "action": chance.choice(["read", "read", "read", "search"]),
        "resource": "study",
        "study_uid": study,
        "detail": f"{study}.1",
        "route": "/dicomweb/studies/{study:str}/series/{series:str}/metadata",
        "address": "192.0.2.7",
        "who": who,
        "traits": traits if chance.random() < 0.9 else None,
        "relations": relations,
        "purpose": "BTG" if relations == ["emergency"] else None,
        "policies": ["care-in-ones-own-facilities"],
        "version": "0" * 64,
        "count": chance.choice([1, 1, 2, 40]),
        "first": "2026-01-15T12:00:00.000Z",
        "last": "2026-01-15T12:00:00.080Z",
    }
    return {
        "at": "2026-01-15T12:00:00.100Z",
        "part": "governance",
        "kind": "access.allowed" if chance.random() < 0.97 else "access.denied",
        "subject": study,
        "actor": actor,
        "payload": orjson.dumps({name: value for name, value in told.items() if value}),
    }


def replayed(database: Database) -> Sample:
    """Run a replay in the worker's steps, telling how far it is."""
    governance = Governance(database)
    governance.start()
    secret = governance.accounts.first_link()
    assert secret is not None
    governance.accounts.redeem(secret, "ada", "Ada", "correct horse battery")
    ada = Principal("person", "ada", "Ada", frozenset({"administrator"}))
    brief = Brief("Own service lines", "a benchmark", Kind.POLICY, text=PROPOSED)
    proposal = governance.boards.decisions.draft(STEERING, brief, by=ada)
    process, replays = psutil.Process(), governance.boards.replays
    before, started = process.cpu_times(), time.perf_counter()
    key = replays.start(proposal.key, None, by=ada).key
    while replays.step():
        replay = replays.view(key).replay
        print(f"\r{replay.done:,} of {replay.total:,}", end="", flush=True)
    seconds, after = time.perf_counter() - started, process.cpu_times()
    view = replays.view(key)
    assert view.outlook is not None
    totals = view.outlook.totals
    print(
        f"\r{totals.events:,} events: {totals.gains:,} accesses gained, {totals.loses:,} lost, {view.changes_in_all:,} changes"
    )
    cpu = (after.user + after.system - before.user - before.system) * 1000 / totals.events
    governance.close()
    return Sample(seconds, cpu, process.memory_info().rss / 1e6)


def check(database: Database, count: int = 2000) -> None:
    """What the replay counts over the first events is what one decision an event comes to; raises `AssertionError`."""
    with database.read() as connection:
        rows = connection.execute(sa.select(events).order_by(events.c.seq).limit(count)).all()
    base, proposed = Policies(default_policies()), Policies(PROPOSED)
    replaying = Replaying(base, proposed)
    replaying.take([Past(row.seq, row.kind, row.actor, row.payload) for row in rows])
    totals = replaying.outlook().totals
    gains = loses = 0
    for row in rows:
        told = orjson.loads(row.payload)
        now, then = (_may(policies, row.actor, told) for policies in (base, proposed))
        if "traits" in told or row.kind == "access.allowed" or not (now or then):
            gains += told["count"] * (then and not now)
            loses += told["count"] * (now and not then)
    if (gains, loses) != (totals.gains, totals.loses):
        raise AssertionError(f"{gains} gained and {loses} lost one by one, the replay says {totals}")


def _may(policies: Policies, actor: str, told: dict[str, Any]) -> bool:
    kind, _, name = actor.partition(":")
    belongs = {key: frozenset(values) for key, values in told["who"].items()}
    principal = Principal(kind, name, name, **belongs)  # type: ignore[arg-type]
    if not policies.decide(principal, told["action"], Circumstances()).allowed or "traits" not in told:
        return policies.decide(principal, told["action"], Circumstances()).allowed
    study = Circumstances(Traits(**told["traits"]), frozenset(told.get("relations", ())), told.get("purpose", "TREAT"))
    return policies.decide(principal, told["action"], study).allowed


if __name__ == "__main__":
    command_line(run, "replay")
