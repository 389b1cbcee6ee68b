"""What policies cost: decisions, and searches by those who may not see everything beside one by who may.

On SQLite, or in the empty database that `SIXFOLD_DATABASE_URL` names.
"""

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.filler import settle
from bench.measure import OURS, Case, Ledger, Sample, latencies, percentile
from bench.options import Options, command_line
from sixfold.archive.service.search import Catalogue, Scope
from sixfold.archive.service.sight import Directory, Sights
from sixfold.archive.store.fill import fill
from sixfold.dicom.query import Query, parse_query
from sixfold.governance import Action, Governance, Principal, Resource
from sixfold.governance.model.policy import Traits
from sixfold.governance.model.standing import RelationRecord
from sixfold.kernel.database import Database, metadata

SHARES = {
    Traits("north", "radiology"): 0.46,
    Traits("south", "radiology"): 0.3,
    Traits("east", "cardiology"): 0.2,
    Traits("north", "psychiatry", "sensitive"): 0.03,
    Traits("hamlet", "radiology"): 0.01,
}
SEARCHES = {
    "page of 100": [("limit", "100")],
    "page of 100 from the middle": [("limit", "100"), ("StudyDate", "-20240601")],
    "name prefix": [("PatientName", "Mar*"), ("limit", "100")],
    "a month": [("StudyDate", "20240301-20240331"), ("limit", "100")],
    "a modality": [("ModalitiesInStudy", "MR"), ("limit", "100")],
}


def _person(name: str, *facilities: str) -> Principal:
    return Principal("person", name, name, frozenset({"physician"}), facilities=frozenset(facilities))


SEEING = {
    "all but the sensitive": _person("all"),
    "a facility of 46 %": _person("north", "north"),
    "facilities of 30 and 20 %": _person("two", "south", "east"),
    "a facility of 1 %": _person("hamlet", "hamlet"),
    "a facility of 30 % and 200 relations": _person("tied", "south"),
}


def run(options: Options, ledger: Ledger) -> None:
    """Latency of decisions, and of searches as different people, with the ratio to a search of all."""
    studies = int(options.extra.get("studies", "100000"))
    with _house(studies) as (database, governance):
        _decisions(governance, ledger, 20_000 if options.short else 100_000)
        for _ in range(options.rounds):
            _searches(database, governance, ledger, studies)


@contextmanager
def _house(studies: int) -> Iterator[tuple[Database, Governance]]:
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("SIXFOLD_DATABASE_URL") or f"sqlite:///{Path(folder) / 'index.sqlite'}"
        database = Database(url)
        with database.write() as transaction:
            metadata.create_all(transaction.connection)
        governance = Governance(database)
        governance.start()
        governance.standing.directory = Directory(database, governance)
        with database.write() as transaction:
            traits = {governance.standing.number_of(transaction.connection, one): share for one, share in SHARES.items()}
        fill(database, studies, traits=traits)
        settle(url)
        yield database, governance
        governance.close()
        database.close()


def _decisions(governance: Governance, ledger: Ledger, count: int) -> None:
    """Of studies that were asked for within five seconds, as frames of a study that is read are."""
    chance, people = random.Random(6), list(SEEING.values())[:3]
    uids = [f"1.2.826.0.1.3680043.10.1475.6.{10_000_000 + number}" for number in range(50)]
    asked = [(chance.choice(people), Resource("study", study_uid=chance.choice(uids))) for _ in range(count)]

    def decide(who: Principal, resource: Resource) -> None:
        governance.judge(who, Action.READ, resource.study_uid)

    for who, resource in asked[:500]:
        decide(who, resource)
    taken = latencies([partial(decide, who, resource) for who, resource in asked])
    for part, name in ((0.5, "p50"), (0.99, "p99")):
        case = Case(f"decision on a study, warm, {count:,} of them, {name}", "ms", False, "1 ms")
        ledger.add(case, OURS, Sample(percentile(taken, part)))


def _searches(database: Database, governance: Governance, ledger: Ledger, studies: int) -> None:
    catalogue, sights = Catalogue(database), Sights(database, governance)
    tied = SEEING["a facility of 30 % and 200 relations"]
    uids = [f"1.2.826.0.1.3680043.10.1475.6.{10_000_000 + number}" for number in range(0, studies, studies // 200)]
    governance.doors.relate([RelationRecord(tied.actor, "reading", study_uid=uid) for uid in uids], by=tied)
    every = Principal("system", "all", "all", frozenset())
    for title, pairs in SEARCHES.items():
        query = parse_query("STUDY", pairs)

        def search(who: Principal, query: Query = query) -> None:
            catalogue.search(query, Scope(sights.of(who)), 100)

        case = Case(f"{title} at {studies:,} studies, p50", "ms", False, "1.5x of all")
        taken: dict[str, list[float]] = {}
        for _ in range(30):
            for name, who in {"everything": every, **SEEING}.items():
                taken.setdefault(name, []).extend(latencies([partial(search, who)]))
        whole = percentile(taken["everything"], 0.5)
        for name, some in taken.items():
            middle = percentile(some, 0.5)
            ledger.add(Case(f"{case.title}: {name} ({middle / whole:.2f}x)", "ms", False, case.bar), OURS, Sample(middle))


if __name__ == "__main__":
    command_line(run, "policies", {"studies": "100000"})
