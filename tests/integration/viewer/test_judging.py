"""What remote archives tell is seen by whom the policies say, and by nobody else; against the oracle."""

import random
from typing import Any

from tests import oracle
from tests.unit.viewer.rows import study

from sixfold.governance import SYSTEM
from sixfold.governance.model.policy import Circumstances, Traits
from sixfold.governance.model.sorting import SortingRule
from sixfold.governance.model.standing import RelationRecord
from sixfold.governance.rules import ROLES

from .conftest import Enterprise

WHY = "the patient asked for it"


def sort_by_description(enterprise: Enterprise) -> None:
    rule = SortingRule("secret", 1, {"description": ("secret*",)}, None, "cardiology", "sensitive")
    enterprise.house.governance.sorting.put(rule, by=SYSTEM)


def close(enterprise: Enterprise, patient_key: str) -> None:
    enterprise.house.governance.doors.restrict(patient_key, WHY, by=SYSTEM)


def counts(enterprise: Enterprise, who: str) -> dict[str, int]:
    return {line["key"]: line["count"] for line in enterprise.lines("", who) if line.get("state") == "answered"}


def test_the_facility_of_an_archive_is_that_of_its_studies(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.1"), study("1.2.2"), facility="north")
    enterprise.add("south", study("1.2.2"), study("1.2.3"), facility="south")
    enterprise.person("everywhere", "physician")
    enterprise.person("north", "physician", facilities=["north"])
    assert set(enterprise.studies("", "everywhere")) == {"1.2.1", "1.2.2", "1.2.3"}
    seen = enterprise.studies("", "north")
    assert set(seen) == {"1.2.1", "1.2.2"}
    assert [place["source"] for place in seen["1.2.2"]["locations"]] == ["north"]
    assert counts(enterprise, "north") == {"own": 0, "north": 2, "south": 0}
    facade = enterprise.get("/dicomweb/federated/studies", "north")
    assert len(facade.json()) == 2
    assert "Warning" not in facade.headers


def test_a_closed_record_is_closed_wherever_the_study_is(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.1", IssuerOfPatientID=None), study("1.2.2", PatientID="P2"))
    enterprise.add("south", study("1.2.1", IssuerOfPatientID=None), latency=0.1)
    enterprise.person("doc", "physician")
    close(enterprise, "SOUTH|P1")
    assert set(enterprise.studies("", "doc")) == {"1.2.2"}
    assert counts(enterprise, "doc") == {"own": 0, "north": 1, "south": 0} or counts(enterprise, "doc")["south"] == 0
    assert enterprise.get("/dicomweb/federated/studies/1.2.1/series", "doc").status_code == 404
    enterprise.person("carer", "physician")
    enterprise.house.governance.doors.relate([RelationRecord("person:carer", "care-team", study_uid="1.2.1")], by=SYSTEM)
    assert set(enterprise.studies("", "carer")) == {"1.2.1", "1.2.2"}


def test_emergency_access_opens_the_record_it_was_taken_for(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.1", IssuerOfPatientID=None))
    doc = enterprise.person("doc", "physician")
    close(enterprise, "NORTH|P1")
    assert enterprise.studies("", "doc") == {}
    enterprise.house.governance.doors.break_glass("NORTH|P1", "brought in unconscious", by=doc)
    assert set(enterprise.studies("", "doc")) == {"1.2.1"}


def test_what_one_copy_says_is_sensitive_is_so_everywhere(enterprise: Enterprise) -> None:
    sort_by_description(enterprise)
    enterprise.add("north", study("1.2.1", StudyDescription="Secret matter"))
    enterprise.add("south", study("1.2.1", StudyDescription="Chest"))
    enterprise.person("doc", "physician")
    enterprise.person("line", "physician", service_lines=["cardiology", "radiology"])
    assert enterprise.studies("", "doc") == {}
    assert set(enterprise.studies("", "line")) == {"1.2.1"}


def test_what_our_own_archive_hides_is_hidden_elsewhere_too(enterprise: Enterprise) -> None:
    sort_by_description(enterprise)
    enterprise.store("1.2.1", StudyDescription="secret")
    enterprise.store("1.2.2")
    enterprise.add("north", study("1.2.1"), study("1.2.2"))
    enterprise.person("doc", "physician")
    assert set(enterprise.studies("", "doc")) == {"1.2.2"}
    assert enterprise.get("/dicomweb/federated/studies/1.2.1/series", "doc").status_code == 404
    enterprise.person("line", "physician", service_lines=["cardiology"])
    seen = enterprise.studies("", "line")
    assert [place["source"] for place in seen["1.2.1"]["locations"]] == ["north", "own"]


def test_a_purpose_that_policies_refuse_finds_nothing(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.1"))
    answer = enterprise.get("/dicomweb/federated/studies", **{"Purpose-Of-Use": "HRESCH"})
    assert answer.status_code == 204
    assert enterprise.get("/dicomweb/federated/studies", **{"Purpose-Of-Use": "fun"}).status_code == 400


def test_every_principal_sees_what_the_oracle_says(enterprise: Enterprise) -> None:
    sort_by_description(enterprise)
    chance = random.Random(4)
    known: dict[str, tuple[str, Traits]] = {}
    rows: dict[str, list[dict[str, Any]]] = {"north": [], "south": []}
    for number in range(24):
        key, secret = chance.choice(["north", "south"]), chance.random() < 0.3
        uid, patient = f"1.2.{number}", f"P{number // 2}"
        told = {"PatientID": patient, "IssuerOfPatientID": None, "StudyDescription": "secret" if secret else "open"}
        rows[key].append(study(uid, **told))
        traits = Traits(key, "cardiology" if secret else "radiology", "sensitive" if secret else "normal")
        known[uid] = f"{key.upper()}|{patient}", traits
    closed = {key for key, _ in known.values() if chance.random() < 0.3}
    for key in closed:
        close(enterprise, key)
    for key, some in rows.items():
        enterprise.add(key, *some, facility=key)
    for number, role in enumerate([*ROLES] * 2):
        lines, facilities = (
            chance.sample(["cardiology", "radiology"], number % 2),
            chance.sample(["north", "south"], number % 3 // 2),
        )
        who = enterprise.person(f"p{number}", role, service_lines=lines, facilities=facilities)
        ties = [RelationRecord(who.actor, "reading", study_uid=f"1.2.{chance.randrange(24)}") for _ in range(number % 4)]
        enterprise.house.governance.doors.relate(ties, by=SYSTEM)
        if not oracle.may_in_the_house(who, "search"):
            assert enterprise.get("/api/viewer/studies", who.name).status_code == 403
            continue
        expected = set()
        for uid, (key, traits) in known.items():
            relations = frozenset(tie.relation for tie in ties if tie.study_uid == uid)
            under = Traits(traits.facility, traits.service_line, traits.sensitivity, key in closed)
            if oracle.may(who, "search", Circumstances(under, relations)):
                expected.add(uid)
        assert set(enterprise.studies("", who.name)) == expected, who
        assert sum(counts(enterprise, who.name).values()) == len(expected)
