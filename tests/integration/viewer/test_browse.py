"""The list over all archives, as lines of JSON."""

from itertools import pairwise
from typing import Any

import pytest
from tests.unit.viewer.rows import study

from sixfold.governance import SYSTEM
from sixfold.governance.model.happened import ACCESS_ALLOWED
from sixfold.kernel import events
from sixfold.viewer.model.federation import Failure

from .conftest import Enterprise


def states(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The last line of each archive."""
    return {line["key"]: line for line in lines if line["kind"] == "source"}


def test_every_archive_is_asked_and_one_study_is_one_row(enterprise: Enterprise) -> None:
    enterprise.store("1.2.1", PatientID="P1", IssuerOfPatientID="H", PatientName="Doe^Jane")
    enterprise.add("north", study("1.2.1", NumberOfStudyRelatedInstances=500), study("1.2.2"))
    enterprise.add("south", study("1.2.1", RetrieveAETitle="SOUTHAE", InstanceAvailability="OFFLINE"))
    lines = enterprise.lines()
    assert [line["key"] for line in lines[:3]] == ["own", "north", "south"]
    assert {line["state"] for line in lines[:3]} == {"asked"}
    assert lines[-1].items() >= {"kind": "done", "studies": 2, "asked": 3, "answered": 3}.items()
    assert {key: line["count"] for key, line in states(lines).items()} == {"own": 1, "north": 2, "south": 1}
    one = enterprise.studies()["1.2.1"]
    assert (one["lead"], one["instances"], one["patient_key"]) == ("north", 500, "H|P1")
    assert [place["source"] for place in one["locations"]] == ["north", "south", "own"]
    assert one["locations"][1] | {"series": 1} == {
        "source": "south", "retrieve_aes": ["SOUTHAE"], "retrieve_url": "", "availability": "OFFLINE", "series": 1,
        "instances": 10,
    }  # fmt: skip
    assert one["locations"][2]["retrieve_aes"] == ["SIXFOLD"]


def test_a_later_line_of_a_study_tells_more_and_the_last_is_whole(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.1", PatientID="7"))
    enterprise.add("south", study("1.2.1", PatientID="8"), latency=0.3)
    told = [line for line in enterprise.lines() if line["kind"] == "study"]
    assert [len(line["locations"]) for line in told] == [1, 2]
    assert [one["attribute"] for one in told[1]["conflicts"]] == ["PatientID"]
    assert [one["value"] for one in told[1]["conflicts"][0]["told"]] == ["7", "8"]


def test_an_archive_that_fails_is_named_and_the_others_answer(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.1"))
    enterprise.add("south", study("1.2.2"), fails=Failure.REFUSED)
    enterprise.add("west", study("1.2.3"), latency=30.0, timeout=0.5)
    lines = enterprise.lines()
    assert states(lines)["south"].items() >= {"state": "failed", "failure": "refused"}.items()
    assert states(lines)["west"].items() >= {"state": "failed", "failure": "timed out"}.items()
    assert 450 <= states(lines)["west"]["ms"] <= 1500
    assert lines[-1].items() >= {"studies": 1, "asked": 4, "answered": 2}.items()
    order = [line["key"] for line in lines if line["kind"] == "source" and line["state"] != "asked"]
    assert order[-1] == "west"


def test_a_dead_archive_is_skipped_after_a_while_and_found_in_the_state(enterprise: Enterprise) -> None:
    enterprise.add("south", fails=Failure.CUT)
    for limit in range(1, 4):
        assert states(enterprise.lines(f"?limit={limit}"))["south"]["failure"] == "cut off"
    assert states(enterprise.lines())["south"]["failure"] == "skipped"
    enterprise.person("doc", "physician")
    (standing,) = enterprise.get("/api/viewer/sources/state", "doc").json()
    assert standing.items() >= {"key": "south", "state": "open", "failures": 3, "failure": "cut off"}.items()
    assert "example" not in str(standing)


def test_filters_are_those_of_our_own_list(enterprise: Enterprise) -> None:
    enterprise.store("1.2.1", PatientID="P1", PatientName="Meyer^Jo", InstitutionName="North", StudyDate="20260105")
    rows = [
        study("1.2.2", PatientName="Meyer^Johanna", PatientID="P1", StudyDate="20260110", InstitutionName="North"),
        study("1.2.3", PatientName="Altmeyer^Jo", ModalitiesInStudy=["MR"], IssuerOfPatientID=None),
    ]
    enterprise.add("north", *rows)
    assert set(enterprise.studies("?q=jo%20mey")) == {"1.2.1", "1.2.2"}
    assert set(enterprise.studies("?modality=MR,US")) == {"1.2.3"}
    assert set(enterprise.studies("?from=2026-01-01&to=20260131")) == {"1.2.1", "1.2.2"}
    assert set(enterprise.studies("?institution=North")) == {"1.2.1", "1.2.2"}
    assert set(enterprise.studies("?patient=NORTH%7CP1")) == {"1.2.3"}
    assert set(enterprise.studies("?patient=%7CP1")) == {"1.2.1"}
    assert states(enterprise.lines("?institution=North"))["north"]["untold"] == ["InstitutionName"]
    assert states(enterprise.lines("?limit=1"))["north"]["more"]


@pytest.mark.parametrize("query", ["?from=tomorrow", "?q=a%00", "?limit=0", "?q=" + "%20".join("abcdefghij")])
def test_a_bad_question_asks_nobody(enterprise: Enterprise, query: str) -> None:
    fake = enterprise.add("north")
    assert enterprise.get(f"/api/viewer/studies{query}").status_code == 400
    assert fake.asked == []


def test_who_may_not_search_asks_nobody(enterprise: Enterprise) -> None:
    fake = enterprise.add("north")
    enterprise.person("porter", "uploader")
    assert enterprise.get("/api/viewer/studies", "porter").status_code == 403
    assert enterprise.get("/api/viewer/studies", "nobody").status_code == 401
    assert fake.asked == []


def test_the_audit_tells_who_asked_which_archives_what(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.1"))
    enterprise.person("doc", "physician")
    enterprise.lines("?q=doe", "doc")
    assert enterprise.get("/dicomweb/federated/studies?PatientID=P1", "doc").status_code == 200
    enterprise.house.governance.trail.flush()
    told = [event for event in events.read(enterprise.house.database, 0, 1000) if event.kind == ACCESS_ALLOWED.name]
    mine = [event.payload for event in told if event.actor == "person:doc" and event.payload["resource"] == "federation"]
    assert [one["detail"] for one in mine] == ["asked: own, north; q=doe", "asked: own, north; PatientID=P1"]
    assert {one["action"] for one in mine} == {"search"}


def test_what_was_answered_a_moment_ago_is_not_asked_again_until_the_archive_changes(enterprise: Enterprise) -> None:
    fake = enterprise.add("north", study("1.2.1"))
    for _ in range(3):
        enterprise.lines()
    assert len(fake.asked) == 1
    assert states(enterprise.lines())["north"]["kept"]
    changed = enterprise.add("north", study("1.2.9"))
    assert set(enterprise.studies()) == {"1.2.9"}
    assert len(changed.asked) == 1
    assert fake.closed


def test_an_archive_that_is_switched_off_is_not_asked(enterprise: Enterprise) -> None:
    fake = enterprise.add("north", study("1.2.1"), enabled=False)
    assert enterprise.studies() == {}
    assert fake.asked == []
    assert [one["enabled"] for one in enterprise.get("/api/viewer/sources/state").json()] == [False]


def test_lines_come_in_an_order_that_a_page_can_follow(enterprise: Enterprise) -> None:
    enterprise.add("north", *(study(f"1.2.{number}", StudyDate=f"202601{number:02}") for number in range(1, 9)))
    kinds = [line["kind"] for line in enterprise.lines()]
    assert kinds[0] == "source"
    assert kinds[-1] == "done"
    dates = [line["study_date"] for line in enterprise.lines() if line["kind"] == "study"]
    assert all(first >= second for first, second in pairwise(dates))


def test_an_accession_number_is_looked_for_whole_in_every_archive(enterprise: Enterprise) -> None:
    enterprise.store("1.2.1", AccessionNumber="A1")
    enterprise.add("north", study("1.2.2", AccessionNumber="A1"), study("1.2.3", AccessionNumber="A10"))
    assert set(enterprise.studies("?accession=A1")) == {"1.2.1", "1.2.2"}
    assert set(enterprise.studies("?study=1.2.3")) == {"1.2.3"}
    assert enterprise.get("/api/viewer/studies?accession=A*").status_code == 400
    assert enterprise.get("/api/viewer/studies?accession=A1&q=meier").status_code == 400


def test_priors_of_a_study_come_from_every_archive_with_their_reasons(enterprise: Enterprise) -> None:
    mine = {"PatientID": "P1", "IssuerOfPatientID": "H"}
    enterprise.store("1.2.1", StudyDescription="CT Thorax", StudyDate="20260301", **mine)
    enterprise.store("1.2.2", StudyDescription="Knee", StudyDate="20250301", **mine)
    chest = study("1.2.3", StudyDescription="CT chest", StudyDate="20240301", **mine)
    enterprise.add("north", chest, study("1.2.4", PatientID="9"))
    enterprise.add("south", fails=Failure.REFUSED)
    told = enterprise.get("/api/viewer/studies/1.2.1/priors").json()
    assert [one["study"]["study_uid"] for one in told["priors"]] == ["1.2.3", "1.2.2"]
    first = told["priors"][0]
    assert (first["relevant"], first["reasons"][0]) == (True, "same part of the body: chest")
    assert (told["regions"], told["count"], told["missing"]) == (["chest"], 2, {"South": "refused"})
    assert enterprise.get("/api/viewer/studies/1.9.9/priors").status_code == 404
    assert enterprise.get("/api/viewer/studies/1.2.1/priors", "nobody").status_code == 401


def test_priors_name_no_study_that_is_closed(enterprise: Enterprise) -> None:
    mine = {"PatientID": "P1", "IssuerOfPatientID": "H"}
    enterprise.store("1.2.1", **mine)
    enterprise.add("north", study("1.2.3", **mine))
    enterprise.person("doc", "radiologist")
    enterprise.house.governance.doors.restrict("H|P1", "asked for by the patient", by=SYSTEM)
    assert enterprise.get("/api/viewer/studies/1.2.1/priors", "doc").status_code == 404
