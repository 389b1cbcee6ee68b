"""Identity over HTTP: who may what, what is closed stays closed, and bad input gets a clear answer."""

from typing import Any

import pytest
from tests.unit.viewer.rows import study

from sixfold.governance import SYSTEM
from sixfold.governance.model.happened import ACCESS_ALLOWED
from sixfold.governance.model.standing import RelationRecord
from sixfold.kernel import events

from .conftest import Enterprise

QUEUE, LINKS, POLICY = "/api/viewer/identity/queue", "/api/viewer/identity/links", "/api/viewer/identity/policy"
ELEANOR: dict[str, Any] = {"PatientName": "Quillfeather^Eleanor^Ruth", "PatientBirthDate": "19610412", "PatientSex": "F"}


def work(enterprise: Enterprise) -> None:
    enterprise.identity.notebook.flush()
    while enterprise.identity.advance():
        pass


@pytest.fixture
def asked(enterprise: Enterprise) -> dict[str, Any]:
    """A pair of our own archive's and another's record, which people are asked about; as `root` reads it."""
    enterprise.store("1.2.1", PatientID="1", IssuerOfPatientID="CITY", **ELEANOR)
    enterprise.add("north", study("1.2.2", PatientID="a/9", IssuerOfPatientID=None, **ELEANOR), facility="north")
    enterprise.person("desk", "registrar")
    enterprise.person("south", "registrar", facilities=["south"])
    enterprise.person("doc", "physician")
    enterprise.lines()
    work(enterprise)
    answer = enterprise.get(QUEUE).json()
    assert answer["left"] == 0
    assert answer["next"] is None
    (pair,) = answer["pairs"]
    return dict(pair)


def decide(enterprise: Enterprise, pair: dict[str, Any], verb: str, who: str = "desk", **more: Any) -> Any:
    body = {"verb": verb, "revision": pair["revision"], "note": "as she says"} | more
    return enterprise.send("POST", f"/api/viewer/identity/pairs/{pair['key']}/decision", body, who)


def test_a_search_makes_known_and_a_person_decides(enterprise: Enterprise, asked: dict[str, Any]) -> None:
    told = {one["patient_key"]: one["studies"] for one in (asked["one"], asked["other"])}
    assert told == {"CITY|1": {"own": 1}, "NORTH|a/9": {"north": 1}}
    before = enterprise.get("/api/viewer/patients/NORTH|a/9", "doc").json()
    assert [one["patient_key"] for one in before["members"]] == ["NORTH|a/9"]
    assert [one["record"]["patient_key"] for one in before["possible"]] == ["CITY|1"]
    linked = decide(enterprise, asked, "accept")
    assert (linked.status_code, linked.json()["state"], linked.json()["by"]) == (200, "linked", "person:desk")
    person = enterprise.get("/api/viewer/patients/NORTH|a/9", "doc").json()
    assert {one["patient_key"] for one in person["members"]} == {"CITY|1", "NORTH|a/9"}
    (link,) = person["links"]
    assert (link["by"], link["note"], link["policy"], person["possible"]) == ("person:desk", "as she says", 0, [])
    assert decide(enterprise, asked, "accept").status_code == 409
    (stands,) = enterprise.get(f"{LINKS}?state=linked", "desk").json()["pairs"]
    assert decide(enterprise, stands, "undo", note="").status_code == 400
    assert decide(enterprise, stands, "undo").json()["state"] == "proposed"
    story = enterprise.get(f"/api/viewer/identity/pairs/{asked['key']}", "desk").json()["changes"]
    assert [one["state"] for one in story] == ["proposed", "linked", "proposed"]
    enterprise.house.governance.trail.flush()
    audit = [one for one in events.read(enterprise.house.database, 0, 1000) if one.kind == ACCESS_ALLOWED.name]
    said = {(one.actor, one.payload.get("detail")) for one in audit if one.payload.get("resource") == "identity"}
    assert {("person:desk", f"accept {asked['key']}"), ("person:desk", f"undo {asked['key']}")} <= said


def test_who_may_not_see_a_record_sees_no_pair_and_no_member(enterprise: Enterprise, asked: dict[str, Any]) -> None:
    assert [pair["key"] for pair in enterprise.get(QUEUE, "desk").json()["pairs"]] == [asked["key"]]
    assert enterprise.get(QUEUE, "south").json()["pairs"] == []
    assert enterprise.get(f"/api/viewer/identity/pairs/{asked['key']}", "south").status_code == 404
    assert decide(enterprise, asked, "accept", "south").status_code == 404
    enterprise.house.governance.doors.restrict("NORTH|a/9", "the patient asked for it", by=SYSTEM)
    assert enterprise.get(QUEUE, "desk").json()["pairs"] == []
    assert enterprise.get("/api/viewer/patients/NORTH|a/9", "doc").status_code == 404
    assert enterprise.get("/api/viewer/patients/CITY|1", "doc").json()["possible"] == []
    enterprise.house.governance.doors.relate([RelationRecord("person:desk", "care-team", "NORTH|a/9")], by=SYSTEM)
    assert decide(enterprise, asked, "accept").status_code == 200
    alone = enterprise.get("/api/viewer/patients/CITY|1", "doc").json()
    assert ([one["patient_key"] for one in alone["members"]], alone["links"]) == (["CITY|1"], [])


def test_roles(enterprise: Enterprise, asked: dict[str, Any]) -> None:
    enterprise.person("board", "committee")
    for path in (QUEUE, LINKS, f"/api/viewer/identity/pairs/{asked['key']}"):
        assert enterprise.get(path, "doc").status_code == 403
        assert enterprise.get(path, "board").status_code == 403
    assert decide(enterprise, asked, "accept", "doc").status_code == 403
    body = {"policy": {"automatic": 40.0, "review": 20.0}, "based_on": 0, "reason": "the committee said so in May"}
    assert enterprise.send("PUT", POLICY, body, "desk").status_code == 403
    assert enterprise.send("PUT", POLICY, body, "board").json()["version"] == 1
    assert enterprise.send("PUT", POLICY, body, "board").status_code == 409
    assert enterprise.get(POLICY, "doc").json()["policy"]["automatic"] == 40.0
    assert [one["version"] for one in enterprise.get(f"{POLICY}/history", "desk").json()] == [1, 0]


def test_the_feed_tells_numbers_only(enterprise: Enterprise, asked: dict[str, Any]) -> None:
    decide(enterprise, asked, "accept")
    told = [one for one in events.read(enterprise.house.database, 0, 1000, parts=["viewer"]) if one.subject == asked["key"]]
    assert [one.kind for one in told] == ["identity.proposed", "identity.linked"]
    for word in ("Quillfeather", "CITY", "a/9", "as she says"):
        assert not any(word in str(one.payload) for one in told)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"{QUEUE}?limit=0", None, 400),
        ("GET", f"{QUEUE}?state=linked", None, 400),
        ("GET", f"{QUEUE}?cursor=nan~1-2", None, 400),
        ("GET", f"{QUEUE}?cursor={'9' * 500}", None, 400),
        ("GET", f"{LINKS}?cursor=%00~1-2", None, 400),
        ("GET", "/api/viewer/identity/pairs/%00", None, 404),
        ("GET", "/api/viewer/identity/pairs/1-2", None, 404),
        ("GET", "/api/viewer/patients/nobody", None, 404),
        ("GET", "/api/viewer/patients/%00%ED%A0%80", None, 404),
        ("POST", "/api/viewer/identity/pairs/1-2/decision", {"verb": "accept", "revision": 1}, 404),
        ("POST", "/api/viewer/identity/pairs/1-2/decision", {"verb": "merge", "revision": 1}, 400),
        ("POST", "/api/viewer/identity/pairs/1-2/decision", {"verb": "accept", "revision": -1}, 400),
        ("POST", "/api/viewer/identity/pairs/1-2/decision", {"verb": "accept", "revision": 1 << 70}, 400),
        ("POST", "/api/viewer/identity/pairs/1-2/decision", {"verb": "accept", "revision": 1, "more": 1}, 400),
        ("PUT", POLICY, {"policy": {"automatic": 1.0}, "based_on": 0, "reason": "to link everybody"}, 400),
        ("PUT", POLICY, {"policy": {"automatic": "high"}, "based_on": 0, "reason": "to link everybody"}, 400),
        ("PUT", POLICY, {"policy": {"rules": ["guess"]}, "based_on": 0, "reason": "to link everybody"}, 400),
        ("PUT", POLICY, {"policy": {}, "based_on": 0, "reason": " " * 3000}, 400),
    ],
)
def test_bad_input(enterprise: Enterprise, method: str, path: str, body: Any, status: int) -> None:
    answer = enterprise.send(method, path, body) if body is not None else enterprise.get(path)
    assert answer.status_code == status, answer.text
    assert "Traceback" not in answer.text


def test_priors_are_of_the_whole_person_and_of_nobody_who_may_be_another(enterprise: Enterprise, asked: dict[str, Any]) -> None:
    enterprise.add("west", study("1.2.3", PatientID="1", IssuerOfPatientID="CITY", StudyDate="20200101", **ELEANOR))

    def priors(uid: str) -> set[str]:
        answer = enterprise.get(f"/api/viewer/studies/{uid}/priors", "doc").json()
        return {one["study"]["study_uid"] for one in answer["priors"]}

    before = priors("1.2.2") | priors("1.2.1")
    assert before == {"1.2.3"}
    assert decide(enterprise, asked, "accept").status_code == 200
    assert "1.2.3" in priors("1.2.2")
