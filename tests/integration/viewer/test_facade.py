"""The DICOMweb facade over all archives, as any DICOMweb client asks it."""

import re
import time
from typing import Any

import pytest
from tests.unit.viewer.rows import row, study

from sixfold.viewer.model.federation import Failure

from .conftest import Enterprise

STUDIES = "/dicomweb/federated/studies"


def uids(rows: list[dict[str, Any]], tag: str = "0020000D") -> list[str]:
    return [one[tag]["Value"][0] for one in rows]


def warnings(answer: Any) -> list[str]:
    return re.findall(r'299 sixfold "([^"]*)"', answer.headers.get("warning", ""))


def test_a_whole_answer_is_joined_ordered_and_leads_to_us(enterprise: Enterprise) -> None:
    enterprise.store("1.2.1", PatientID="P1", IssuerOfPatientID="H", PatientName="Doe^Jane", StudyDate="20260105")
    enterprise.add("north", study("1.2.2", StudyDate="20260107"), study("1.2.1", RetrieveAETitle="NORTHAE"))
    enterprise.add("south", study("1.2.3", StudyDate="20260106", InstanceAvailability="NEARLINE"))
    answer = enterprise.get(STUDIES)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/dicom+json")
    assert warnings(answer) == []
    rows = answer.json()
    assert uids(rows) == ["1.2.1", "1.2.2", "1.2.3"]
    assert rows[0]["00081190"]["Value"] == ["https://pacs.example/dicomweb/federated/studies/1.2.1"]
    assert rows[0]["00080054"]["Value"] == ["NORTHAE", "SIXFOLD"]
    assert (rows[0]["00080056"]["Value"], rows[2]["00080056"]["Value"]) == (["ONLINE"], ["NEARLINE"])
    assert rows[0]["00080005"]["Value"] == ["ISO_IR 192"]
    assert all(list(one) == sorted(one) for one in rows)


def test_what_is_missing_is_named(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.1"))
    enterprise.add("south", fails=Failure.TIMED_OUT, title='Süd "1"')
    assert warnings(enterprise.get(STUDIES)) == ["2 of 3 archives answered; missing: S?d ?1? (timed out)"]
    enterprise.archives["north"].fails = Failure.REFUSED
    answer = enterprise.get(f"{STUDIES}?PatientID=none")
    assert answer.status_code == 204
    assert warnings(answer) == ["1 of 3 archives answered; missing: North (refused), S?d ?1? (timed out)"]


def test_contradictions_are_told(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.1", PatientName="Smith^Ann"))
    enterprise.add("south", study("1.2.1", PatientName="Jones^Bob", NumberOfStudyRelatedInstances=99))
    answer = enterprise.get(STUDIES)
    assert warnings(answer) == ["archives contradict each other about the patient of 1 studies: 1.2.1"]
    assert answer.json()[0]["00100010"]["Value"] == [{"Alphabetic": "Jones^Bob"}]


def test_pages_hold_every_study_once_and_are_one_question(enterprise: Enterprise) -> None:
    north = enterprise.add("north", *(study(f"1.2.{number}", StudyDate="20260101") for number in range(0, 30, 2)))
    enterprise.add("south", *(study(f"1.2.{number}", StudyDate="20260101") for number in range(0, 30, 3)))
    found: list[str] = []
    for offset in range(0, 40, 7):
        answer = enterprise.get(f"{STUDIES}?limit=7&offset={offset}")
        found += uids(answer.json()) if answer.status_code == 200 else []
    assert found == sorted(set(found))
    assert len(found) == 20
    assert len(north.asked) == 1
    assert warnings(enterprise.get(f"{STUDIES}?limit=7")) == ["there are 13 further results: ask with an offset"]
    assert enterprise.get(f"{STUDIES}?limit=0").status_code == 204


def test_what_stock_viewers_ask(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.1", PatientName="Doe^Jane"), study("1.2.2", PatientName="Roe^Rick"))
    fields = "includefield=00081030,00080060,00080090,00100030"
    assert len(enterprise.get(f"{STUDIES}?limit=101&offset=0&fuzzymatching=true&{fields}").json()) == 2
    assert uids(enterprise.get(f"{STUDIES}?PatientName=*doe*&limit=101").json()) == ["1.2.1"]
    assert uids(enterprise.get(f"{STUDIES}?PatientName=do&fuzzymatching=true").json()) == ["1.2.1"]
    assert uids(enterprise.get(f"{STUDIES}?StudyInstanceUID=1.2.2&{fields}").json()) == ["1.2.2"]
    assert enterprise.get(STUDIES, Accept="application/json").headers["content-type"] == "application/json"
    assert enterprise.get(STUDIES, Accept="application/dicom+xml").status_code == 406
    assert enterprise.get(f"{STUDIES}?PatientID=1&00100020=2").status_code == 400
    assert enterprise.get(f"{STUDIES}?Nonsense=1").status_code == 400


def test_series_and_instances_are_those_of_every_copy(enterprise: Enterprise) -> None:
    enterprise.store("1.2.1", SeriesInstanceUID="1.2.1.1", SOPInstanceUID="1.2.1.1.1", SeriesNumber="2")
    north, south = enterprise.add("north", study("1.2.1")), enterprise.add("south", study("1.2.1"))
    west = enterprise.add("west", study("1.2.9"))
    north.rows["SERIES"] = [
        row(SeriesInstanceUID="1.2.1.1", NumberOfSeriesRelatedInstances=5, Modality="CT", SeriesNumber=2),
        row(SeriesInstanceUID="1.2.1.2", NumberOfSeriesRelatedInstances=1, Modality="SR", SeriesNumber=1),
    ]
    south.rows["SERIES"] = [row(SeriesInstanceUID="1.2.1.3", Modality="MR")]
    series = enterprise.get(f"{STUDIES}/1.2.1/series").json()
    assert uids(series, "0020000E") == ["1.2.1.2", "1.2.1.1", "1.2.1.3"]
    assert series[1]["00201209"]["Value"] == [5]
    assert series[1]["00081190"]["Value"] == ["https://pacs.example/dicomweb/federated/studies/1.2.1/series/1.2.1.1"]
    assert {question.level for question in west.asked} == {"STUDY"}
    assert uids(enterprise.get(f"{STUDIES}/1.2.1/series?Modality=SR").json(), "0020000E") == ["1.2.1.2"]
    north.rows["IMAGE"] = [row(SeriesInstanceUID="1.2.1.1", SOPInstanceUID=f"1.2.1.1.{number}") for number in (1, 2)]
    pictures = enterprise.get(f"{STUDIES}/1.2.1/series/1.2.1.1/instances").json()
    assert uids(pictures, "00080018") == ["1.2.1.1.1", "1.2.1.1.2"]
    assert pictures[1]["00081190"]["Value"][0].endswith("/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.2")


def test_series_of_an_archive_that_is_missing(enterprise: Enterprise) -> None:
    north = enterprise.add("north", study("1.2.1"))
    north.rows["SERIES"] = [row(SeriesInstanceUID="1.2.1.1")]
    enterprise.add("south", fails=Failure.REFUSED)
    answer = enterprise.get(f"{STUDIES}/1.2.1/series")
    assert len(answer.json()) == 1
    assert warnings(answer) == ["1 of 2 archives answered; missing: South (refused)"]


def test_series_do_not_wait_for_an_archive_that_hangs(enterprise: Enterprise) -> None:
    north = enterprise.add("north", study("1.2.1"))
    north.rows["SERIES"] = [row(SeriesInstanceUID="1.2.1.1", NumberOfSeriesRelatedInstances=1)]
    north.rows["IMAGE"] = [row(SeriesInstanceUID="1.2.1.1", SOPInstanceUID="1.2.1.1.1")]
    south = enterprise.add("south", study("1.2.9"), timeout=6)
    assert enterprise.get(STUDIES).status_code == 200  # both are quick, and known to be
    south.latency = 20.0
    enterprise.person("reader", "radiologist")
    for path in ("/1.2.1/series", "/1.2.1/series/1.2.1.1/instances"):
        begun = time.monotonic()
        answer = enterprise.get(f"{STUDIES}{path}", "reader")
        assert time.monotonic() - begun < 3
        assert len(answer.json()) == 1
        assert warnings(answer) == ["1 of 2 archives answered; missing: South (timed out)"]
    begun = time.monotonic()
    state = enterprise.get("/api/viewer/studies/1.2.1/state", "reader").json()
    assert time.monotonic() - begun < 3
    assert ([one["series_uid"] for one in state["series"]], state["missing"]) == (["1.2.1.1"], {"South": "timed out"})


def test_one_that_hangs_where_the_study_is_costs_one_deadline_in_all(enterprise: Enterprise) -> None:
    north = enterprise.add("north", study("1.2.1"), timeout=0.6)
    north.latency = lambda: 0.05 if len(north.asked) == 1 else 20.0  # it tells of the study, and then hangs
    begun = time.monotonic()
    answer = enterprise.get(f"{STUDIES}/1.2.1/series")
    assert time.monotonic() - begun < 1.5
    assert (answer.status_code, warnings(answer)) == (204, ["0 of 1 archives answered; missing: North (timed out)"])


@pytest.mark.parametrize("path", ["/1.2.9/series", "/1.2.9/series/1.2.3/instances"])
def test_a_study_that_nobody_has_is_not_found(enterprise: Enterprise, path: str) -> None:
    enterprise.add("north", study("1.2.1"))
    assert enterprise.get(f"{STUDIES}{path}").status_code == 404
    assert enterprise.get(f"{STUDIES}/no-uid/series").status_code == 400


def test_our_own_facade_is_not_changed_by_it(enterprise: Enterprise) -> None:
    enterprise.add("north", study("1.2.9"))
    enterprise.store("1.2.1")
    assert uids(enterprise.get("/dicomweb/studies").json()) == ["1.2.1"]
