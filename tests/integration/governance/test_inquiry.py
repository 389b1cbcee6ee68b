"""What an auditor asks over HTTP, on each database: listing, one event in three forms, proofs, disclosures."""

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from sixfold.governance import Action, Governance, Principal, Resource, Via
from sixfold.governance.http import HANDLERS, Access, routers
from sixfold.governance.model import ACCESS_ALLOWED, ACCESS_DENIED
from sixfold.governance.model.audit import Head
from sixfold.governance.model.decisions import SEAT_ENDED
from sixfold.governance.rules import merkle
from sixfold.governance.rules.evidence import is_signed
from sixfold.governance.service.heads import Heads, Signer
from sixfold.governance.service.merkle import MerkleLog
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database

ROOT = "/api/governance"
DOE = Principal("person", "doe", "Doe", frozenset({"physician"}))


@pytest.fixture
def client(governance: Governance) -> Iterator[TestClient[Litestar]]:
    app = Litestar(
        routers(governance), plugins=[Access(governance)], exception_handlers=HANDLERS, openapi_config=None  # type: ignore[arg-type]
    )  # fmt: skip
    with TestClient(app, raise_server_exceptions=False) as made:
        made.headers["Authorization"] = f"Bearer {governance.credentials.create_token('test', 'auditor')}"
        yield made


def note(governance: Governance, action: Action, study: str = "", patient: str = "", *, denied: bool = False) -> None:
    kind = ACCESS_DENIED if denied else ACCESS_ALLOWED
    resource = Resource("study" if study else "patient", study, patient)
    governance.trail.note(kind, DOE, action, resource, Via("/dicomweb", "192.0.2.1"))


def sealed(database: Database) -> None:
    while MerkleLog(database).seal():
        pass


def told(client: TestClient[Litestar], **query: Any) -> list[dict[str, Any]]:
    answer = client.get(f"{ROOT}/audit", params={"limit": 1000, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["events"])


def test_the_listing_is_narrowed(client: TestClient[Litestar], governance: Governance, database: Database) -> None:
    note(governance, Action.READ, "1.2.3", "P1")
    note(governance, Action.READ, "1.2.4", "P2", denied=True)
    governance.trail.flush()
    sealed(database)
    assert [event["subject"] for event in told(client, actor="person:doe")] == ["1.2.3", "1.2.4"]
    assert [event["subject"] for event in told(client, actor="person:doe", kind="access.denied")] == ["1.2.4"]
    assert [event["subject"] for event in told(client, study="1.2.3")] == ["1.2.3"]
    assert [event["subject"] for event in told(client, patient="P2")] == ["1.2.4"]
    assert told(client, patient="P3") == []
    assert told(client, until="2020-01-01") == []
    [first, *_] = told(client, subject="1.2.3")
    assert [event["seq"] for event in told(client, since=first["at"], until="2999-01-01T00:00:00Z", study="1.2.3")] == [
        first["seq"]
    ]
    assert client.get(f"{ROOT}/audit", params={"since": "yesterday"}).status_code == 400


def test_the_listing_is_narrowed_by_what_was_done(
    client: TestClient[Litestar], governance: Governance, database: Database
) -> None:
    note(governance, Action.READ, "1.2.3")
    note(governance, Action.SEARCH)
    note(governance, Action.READ, "1.2.4", denied=True)
    governance.trail.flush()
    with database.write() as transaction:
        events.record(transaction, SEAT_ENDED, subject="a-seat", actor="person:doe", payload={"body": "read"})
    mine = {"actor": "person:doe"}
    assert [event["subject"] for event in told(client, action="read", **mine)] == ["1.2.3", "1.2.4"]
    assert [event["subject"] for event in told(client, action="read", denied="true", **mine)] == ["1.2.4"]
    assert [event["subject"] for event in told(client, denied="true", **mine)] == ["1.2.4"]
    assert [event["kind"] for event in told(client, changes="true", **mine)] == ["seat.ended"]
    assert told(client, action="read", changes="true", **mine) == []


def test_the_newest_come_first_where_asked(client: TestClient[Litestar], governance: Governance) -> None:
    for number in range(5):
        note(governance, Action.READ, f"1.2.{number}")
    governance.trail.flush()
    query = {"actor": "person:doe", "limit": 2}
    first = client.get(f"{ROOT}/audit", params={**query, "before": 2**62}).json()
    second = client.get(f"{ROOT}/audit", params={**query, "before": first["next"]}).json()
    third = client.get(f"{ROOT}/audit", params={**query, "before": second["next"]}).json()
    last = client.get(f"{ROOT}/audit", params={**query, "before": third["next"]}).json()
    pages = [[event["subject"] for event in page["events"]] for page in (first, second, third, last)]
    assert pages == [["1.2.4", "1.2.3"], ["1.2.2", "1.2.1"], ["1.2.0"], []]
    assert last["next"] == third["next"]
    assert client.get(f"{ROOT}/audit", params={"after": 1, "before": 9}).status_code == 400
    assert client.get(f"{ROOT}/audit", params={"before": -1}).status_code == 400


def test_one_event_in_three_forms(client: TestClient[Litestar], governance: Governance, database: Database) -> None:
    note(governance, Action.READ, "1.2.3", "P1")
    governance.trail.flush()
    [event] = [event for event in events.read(database, 0, 100) if event.actor == "person:doe"]
    path = f"{ROOT}/audit/{event.seq}"
    assert client.get(path).json()["payload"] == event.payload
    answer = client.get(path, headers={"Accept": "application/fhir+json"})
    assert (answer.headers["content-type"].partition(";")[0], answer.json()["resourceType"]) == (
        "application/fhir+json",
        "AuditEvent",
    )
    answer = client.get(path, headers={"Accept": "application/xml"})
    assert answer.headers["content-type"].partition(";")[0] == "application/xml"
    assert b"<AuditMessage>" in answer.content
    assert client.get(f"{ROOT}/audit/999999").status_code == 404


def test_a_proof_is_checked_with_what_the_routes_say(
    client: TestClient[Litestar], governance: Governance, database: Database, clock: HandClock, tmp_path: Path
) -> None:
    signing = Heads(database, Signer.kept(tmp_path / "key.pem"), clock)
    for _ in range(3):
        note(governance, Action.READ, "1.2.3")
        governance.trail.flush()
        sealed(database)
        signing.sign()
    heads = [Head(**head) for head in client.get(f"{ROOT}/audit/heads").json()]
    [key] = client.get(f"{ROOT}/audit/key").json()
    assert len(heads) == 3
    assert all(is_signed(head, bytes.fromhex(key["public"])) for head in heads)
    proof = client.get(f"{ROOT}/audit/proof", params={"seq": 1}).json()
    path = [bytes.fromhex(part) for part in proof["path"]]
    root = bytes.fromhex(heads[-1].root)
    assert merkle.included(bytes.fromhex(proof["leaf"]), proof["index"], heads[-1].size, path, root)
    query = {"first": heads[0].size, "second": heads[2].size}
    shown = client.get(f"{ROOT}/audit/consistency", params=query).json()
    path = [bytes.fromhex(part) for part in shown["path"]]
    assert merkle.consistent(heads[0].size, bytes.fromhex(heads[0].root), heads[2].size, root, path)
    assert client.get(f"{ROOT}/audit/proof", params={"seq": 10**9}).status_code == 404
    assert client.get(f"{ROOT}/audit/consistency", params={"first": 5, "second": 2}).status_code == 404


def test_the_accounting_equals_the_oracle(client: TestClient[Litestar], governance: Governance, database: Database) -> None:
    chance, oracle = random.Random(5), []
    studies = {f"1.2.{number}": f"P{number % 3}" for number in range(9)}
    for number in range(200):
        study, action = chance.choice(list(studies)), chance.choice([Action.READ, Action.SEARCH, Action.STORE])
        denied, named = chance.random() < 0.2, chance.random() < 0.7
        note(governance, action, study, studies[study] if named else "", denied=denied)
        if number % 10 == 0:
            governance.trail.flush()
        if action is Action.READ and not denied:
            oracle.append((study, studies[study] if named else ""))
    governance.trail.flush()
    sealed(database)
    for patient in ("P0", "P1", "P2"):
        theirs = [study for study, whose in studies.items() if whose == patient]
        found = client.get(f"{ROOT}/disclosures", params={"patient": patient}).json()
        expected = [study for study, whose in oracle if whose == patient]
        assert counted(found) == {study: expected.count(study) for study in expected}
        found = client.get(f"{ROOT}/disclosures", params={"patient": patient, "study": theirs}).json()
        expected = [study for study, _ in oracle if study in theirs]
        assert counted(found) == {study: expected.count(study) for study in expected}
        assert {one["recipient"] for one in found} == {"person:doe"}
        assert {one["purpose"] for one in found} == {"TREAT"}
    query = {"patient": "P0", "since": "2999-01-01"}
    assert client.get(f"{ROOT}/disclosures", params=query).json() == []
    assert client.get(f"{ROOT}/disclosures", params={"patient": ""}).status_code == 400


def counted(found: list[dict[str, Any]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in found:
        sums[one["study_uid"]] = sums.get(one["study_uid"], 0) + one["times"]
    return sums


def test_the_accounting_as_a_table_holds_no_formula(
    client: TestClient[Litestar], governance: Governance, database: Database
) -> None:
    governance.trail.note(ACCESS_ALLOWED, DOE, Action.READ, Resource("study", "1.2.3", "P1", '=HYPERLINK("x")'), Via())
    governance.trail.flush()
    sealed(database)
    answer = client.get(f"{ROOT}/disclosures", params={"patient": "P1"}, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["recipient"], row["detail"]) == ("person:doe", '\'=HYPERLINK("x")')


@pytest.mark.parametrize(
    "path", ["audit", "audit/1", "audit/proof?seq=1", "audit/heads", "audit/key", "disclosures?patient=P1"]
)
def test_only_who_audits_may_ask(client: TestClient[Litestar], governance: Governance, path: str) -> None:
    secret = governance.credentials.create_token("test", "physician")
    assert client.get(f"{ROOT}/{path}", headers={"Authorization": f"Bearer {secret}"}).status_code == 403
