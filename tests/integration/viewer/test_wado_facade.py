"""The enterprise over WADO-RS: what only others hold is given as they would give it, to those who may see it.

The other archive is a house of its own: it is searched as a fake with its rows, and gives its instances by its own web edge.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import orjson
import pydicom
import pytest
from pydicom.dataset import Dataset
from tests.enterprises import house_of
from tests.samples import ct
from tests.unit.dicom.samples import DATA
from tests.webs import Web, open_web, parts_of, path_of

from sixfold.governance import SYSTEM
from sixfold.kernel import events
from sixfold.kernel.ids import new_uid
from sixfold.viewer.model.federation import Failure
from sixfold.viewer.rules.federation.showing import FACADE
from sixfold.viewer.service.fetching.dicomweb import DicomwebFetcher
from sixfold.viewer.service.fetching.sources import Fetchers

from .conftest import Enterprise


@pytest.fixture
def north(tmp_path: Path) -> Iterator[Web]:
    """Another archive, with its own web."""
    there = house_of(tmp_path / "north")
    with open_web(there) as web:
        yield web
    there.archive.close()
    there.database.close()


@pytest.fixture
def fetched(enterprise: Enterprise, north: Web, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The series that were fetched from the other archive, all of them by its own web edge."""
    asked: list[str] = []

    class Counting(DicomwebFetcher):
        def fetch(self, study_uid: str, series_uid: str, *args: Any) -> Any:
            asked.append(series_uid)
            return super().fetch(study_uid, series_uid, *args)

    fetcher = Counting(north.client, "http://testserver.local/dicomweb")
    monkeypatch.setattr(Fetchers, "_fetcher", lambda _self, _key: fetcher)
    enterprise.add("north")
    enterprise.person("reader", "radiologist")
    return asked


def stored(enterprise: Enterprise, north: Web, **named: str) -> Dataset:
    """Put an image into the other archive, and let it tell of it."""
    return kept(enterprise, north, ct(**named))


def kept(enterprise: Enterprise, north: Web, data: Dataset) -> Dataset:
    """Put an instance into the other archive, and let it tell of it."""
    north.house.store(data)
    archive = enterprise.archives["north"]
    study = data.StudyInstanceUID
    paths = {"STUDY": f"?StudyInstanceUID={study}&includefield=all", "SERIES": f"/{study}/series?includefield=all"}
    told = {level: _rows(north.get(f"/dicomweb/studies{path}", "application/dicom+json")) for level, path in paths.items()}
    archive.rows = {level: [*archive.rows.get(level, ()), *rows] for level, rows in told.items()}
    return data


def _rows(answer: httpx.Response) -> list[dict[str, Any]]:
    return list(orjson.loads(answer.content or b"[]"))


def federated(path: str) -> str:
    return path.replace("/dicomweb", FACADE)


PATHS = ["", "/metadata", "/rendered", "/thumbnail", "/frames/1", "/frames/1/rendered"]


@pytest.mark.parametrize("tail", PATHS)
def test_another_archives_instance_is_given_as_it_would_give_it(
    enterprise: Enterprise, north: Web, fetched: list[str], tail: str
) -> None:
    data = stored(enterprise, north)
    path = path_of(data) + tail
    theirs = north.get(path)
    given = enterprise.get(federated(path), "reader", Accept="*/*")
    assert given.status_code == theirs.status_code == 200, given.text
    if "multipart" in theirs.headers["content-type"]:
        assert [part.body for part in parts_of(given)] == [part.body for part in parts_of(theirs)]
    else:
        assert given.content == theirs.content.replace(b"/dicomweb/", FACADE.encode() + b"/")
    assert "warning" not in given.headers
    assert enterprise.get(federated(path), "reader").status_code == 200
    assert fetched == [data.SeriesInstanceUID]


def test_what_is_here_so_far_is_given_to_who_asks_for_that(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    study, series = new_uid(), new_uid()
    data = [ct(StudyInstanceUID=study, SeriesInstanceUID=series, InstanceNumber=n + 1) for n in range(3)]
    for one in data[1:]:
        north.house.store(one)
    kept(enterprise, north, data[0])
    path = federated(path_of(data[0]).partition("/instances")[0]) + "/metadata"
    with enterprise.copies.turns.turn(study, series):  # another process brings it, and is slow
        first = enterprise.get(f"{federated(path_of(data[0]))}/frames/1", "reader", Accept="application/octet-stream")
        assert (first.status_code, fetched) == (200, [])
        given = enterprise.get(f"{path}?sofar=true", "reader")
        assert (given.status_code, len(given.json())) == (206, 1)
        assert "1 of 3 instances are here so far" in given.headers["warning"]
        assert (given.headers["cache-control"], "etag" in given.headers) == ("private, no-store", False)
        state = enterprise.get(f"/api/viewer/studies/{study}/state", "reader").json()
        assert (state["bringing"], state["series"][0]["here"], state["series"][0]["waits"]) == (True, 1, True)
        enterprise.house.governance.doors.restrict("NORTH|P1", "asked for by the patient", by=SYSTEM)
        enterprise.person("other", "radiologist")
        assert enterprise.get(f"{path}?sofar=true", "other").status_code == 404
    whole = enterprise.get(path, "reader")
    assert (whole.status_code, len(whole.json()), "etag" in whole.headers) == (200, 3, True)
    assert enterprise.get(f"{path}?sofar=true", "reader").status_code == 200


def test_priors_come_ahead_and_nobody_has_read_them_by_that(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    told = {"PatientID": "P1", "IssuerOfPatientID": "H", "Modality": "CT", "StudyDescription": "CT Thorax"}
    prior = stored(enterprise, north, **told, StudyDate="20250101", BodyPartExamined="CHEST")
    enterprise.store("1.2.1", **told, StudyDate="20260101", BodyPartExamined="CHEST")
    path = "/api/viewer/studies/1.2.1/priors/ahead"
    enterprise.person("clerk", "auditor")
    assert enterprise.client.get(path).status_code == 401
    assert enterprise.get(path, "clerk").status_code == 403
    assert fetched == []
    lines = [orjson.loads(line) for line in enterprise.get(path, "reader").text.splitlines()]
    told_of = {"kind": "prior", "study_uid": prior.StudyInstanceUID}
    assert lines == [told_of | {"state": "coming"}, told_of | {"state": "here"}, {"kind": "done"}]
    assert fetched == [prior.SeriesInstanceUID]
    enterprise.house.governance.trail.flush()
    audited = [
        (event.payload["action"], "brought ahead" in event.payload["detail"])
        for event in events.read(enterprise.house.database, 0, 1000)
        if event.kind == "access.allowed" and event.payload["study_uid"] == prior.StudyInstanceUID
    ]
    assert audited == [("search", True)]
    assert enterprise.get(f"{federated(path_of(prior))}/metadata", "reader").status_code == 200
    assert fetched == [prior.SeriesInstanceUID]  # it is here already
    lost = [orjson.loads(line) for line in enterprise.get(path.replace("1.2.1", "1.2.99"), "reader").text.splitlines()]
    assert lost == [{"kind": "done"}]


def test_links_of_bulk_data_lead_through_the_facade(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    data = stored(enterprise, north)
    (described,) = enterprise.get(f"{federated(path_of(data))}/metadata", "reader").json()
    link = described["7FE00010"]["BulkDataURI"]
    assert link.startswith(f"{FACADE}/studies/")
    assert enterprise.get(link, "reader", Accept="application/octet-stream").content == data.PixelData


def test_ours_is_given_by_us(enterprise: Enterprise, fetched: list[str]) -> None:
    data = enterprise.store("1.2.1")
    assert enterprise.get(f"{federated(path_of(data))}/metadata", "reader").status_code == 200
    assert fetched == []


def test_what_others_said_of_images_is_read_where_it_is(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    path = DATA / "dicom/ImagingDataCommons+highdicom/data/test_files/seg_image_ct_binary_single_frame.dcm"
    if not path.exists():
        pytest.skip("the sample files are not here")
    data = kept(enterprise, north, pydicom.dcmread(path))
    study = f"/api/viewer/studies/{data.StudyInstanceUID}"
    (found,) = enterprise.get(f"{study}/marks", "reader").json()["segmentations"]
    assert (found["segments"][0]["label"], found["mine"]) == ("first segment", False)
    answer = enterprise.get(f"{study}/segmentations/{data.SOPInstanceUID}/masks", "reader")
    cells = np.unpackbits(np.frombuffer(answer.content, np.uint8), bitorder="little")
    assert np.array_equal(cells.reshape(128, 128), data.pixel_array)
    enterprise.person("clerk", "auditor")
    assert enterprise.get(f"{study}/marks", "clerk").status_code == 403
    body = {"id": "x", "images": [{"series_uid": "1.2", "sop_uid": "1.3"}]}
    kept_here = enterprise.client.post(f"{study}/key-images", json=body, headers={"Authorization": "Bearer reader"})
    assert kept_here.status_code == 404
    assert "only" in kept_here.text


def test_a_stranger_sets_no_archive_to_work(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    path = federated(path_of(stored(enterprise, north)))
    assert enterprise.client.get(path).status_code == 401
    assert enterprise.get(path, "nobody").status_code == 401
    enterprise.person("clerk", "auditor")
    assert enterprise.get(path, "clerk").status_code == 403
    assert (enterprise.archives["north"].asked, fetched) == ([], [])


def test_what_may_not_be_seen_is_not_found_and_not_brought(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    path = federated(path_of(stored(enterprise, north, PatientID="P1", IssuerOfPatientID="H")))
    governance = enterprise.house.governance
    governance.doors.restrict("H|P1", "asked for by the patient", by=SYSTEM)
    assert enterprise.get(path, "reader").status_code == 404
    assert fetched == []
    governance.trail.flush()
    denied = [event for event in events.read(enterprise.house.database, 0, 1000) if event.kind == "access.denied"]
    assert [(event.actor, event.payload["action"]) for event in denied] == [("person:reader", "read")]


def test_what_was_brought_is_closed_with_its_patients_record(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    data = stored(enterprise, north, PatientID="P1", IssuerOfPatientID="H")
    path = federated(path_of(data))
    enterprise.person("other", "radiologist")
    assert enterprise.get(path, "reader").status_code == 200
    enterprise.house.governance.doors.restrict("H|P1", "asked for by the patient", by=SYSTEM)
    assert enterprise.get(path, "other").status_code == 404
    assert enterprise.get(path_of(data), "other").status_code == 404


def test_nobody_has_it(enterprise: Enterprise, fetched: list[str]) -> None:
    assert enterprise.get(f"{FACADE}/studies/1.2.3/metadata", "reader").status_code == 404


def test_nothing_is_changed_through_the_facade(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    path = federated(f"/dicomweb/studies/{stored(enterprise, north).StudyInstanceUID}")
    for method in (enterprise.client.delete, enterprise.client.post):
        assert method(path, headers={"Authorization": "Bearer root"}).status_code == 405


def test_who_did_not_deliver_is_named(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    data = stored(enterprise, north)
    enterprise.add("south", fails=Failure.TIMED_OUT)
    given = enterprise.get(f"{federated(path_of(data))}/metadata", "reader")
    assert given.status_code == 200
    assert "South: timed out" in given.headers["warning"]
    missing = stored(enterprise, north)
    north.client.delete(f"/dicomweb/studies/{missing.StudyInstanceUID}")
    silent = enterprise.get(f"{federated(path_of(missing))}/metadata", "reader")
    assert silent.status_code == 503
    assert "north: it answers 404" in silent.text


def test_who_waits_is_told_how_much_is_here(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    data = stored(enterprise, north, PatientID="7")
    path = f"/api/viewer/studies/{data.StudyInstanceUID}/state"
    before = enterprise.get(path, "reader").json()
    assert before["archives"] == [{"key": "north", "title": "North", "series": 1, "instances": 1}]
    assert (before["lead"], before["patient_key"], before["bringing"]) == ("north", "NORTH|7", False)
    (series,) = before["series"]
    assert series == {
        "series_uid": data.SeriesInstanceUID, "here": 0, "expected": 1, "sources": ["north"], "waits": True
    }  # fmt: skip
    assert enterprise.get(federated(path_of(data)) + "/metadata", "reader").status_code == 200
    (series,) = enterprise.get(path, "reader").json()["series"]
    assert (series["here"], series["waits"]) == (1, False)


def test_the_state_of_a_study_is_nobodys_who_may_not_see_it(enterprise: Enterprise, north: Web, fetched: list[str]) -> None:
    data = stored(enterprise, north, PatientID="P1", IssuerOfPatientID="H")
    path = f"/api/viewer/studies/{data.StudyInstanceUID}/state"
    assert enterprise.client.get(path).status_code == 401
    enterprise.house.governance.doors.restrict("H|P1", "asked for by the patient", by=SYSTEM)
    assert enterprise.get(path, "reader").status_code == 404
    assert fetched == []


def test_what_is_no_uid_reaches_no_archive_and_opens_no_circuit(enterprise: Enterprise, fetched: list[str]) -> None:
    for path in ("/api/viewer/studies/no-uid/state", f"{FACADE}/studies/no-uid/metadata", f"{FACADE}/studies/no-uid/rendered"):
        assert enterprise.get(path, "reader").status_code == 404
    assert enterprise.archives["north"].asked == []
    (standing,) = enterprise.get("/api/viewer/sources/state", "reader").json()
    assert (standing["state"], standing["failures"]) == ("closed", 0)
