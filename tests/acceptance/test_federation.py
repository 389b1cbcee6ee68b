"""The enterprise over real archives: two Orthancs (one by DICOMweb, one by DIMSE), DCMTK, and two Sixfolds."""

import json
import signal
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydicom.dataset import Dataset
from tests import peers
from tests.acceptance.running import Running, running, send
from tests.samples import ct

pytestmark = pytest.mark.xdist_group("federation")
ROOT = "1.2.826.0.1.3680043.10.1475.98"
EVERYWHERE, TWICE = f"{ROOT}.1", f"{ROOT}.2"


def image(study: str, number: int = 1, **values: Any) -> Dataset:
    """An image of a study, the same wherever it is sent."""
    told = {"StudyInstanceUID": study, "SeriesInstanceUID": f"{study}.1", "SOPInstanceUID": f"{study}.1.{number}"}
    return ct(**told, InstanceNumber=str(number), **values)


def images(name: str, number: int) -> list[Dataset]:
    """What an archive holds: the study that all have, one of its own, and one of its own patient 1."""
    own = f"{ROOT}.{10 + number}"
    return [
        *(image(EVERYWHERE, one, PatientID="7", PatientName="Every^Where") for one in range(1, number + 2)),
        image(own, PatientID="1", PatientName=f"{name}^Own", StudyDate=f"202501{10 + number}"),
    ]


@dataclass
class Enterprise:
    """A running Sixfold and the archives beside it."""

    it: Running
    client: httpx.Client
    beside: dict[str, peers.Peer]

    def studies(self, query: str = "") -> tuple[list[dict[str, Any]], str, float]:
        """The facade's answer, its warnings, and the seconds it took; no question is asked twice, so that none is kept."""
        begun = time.monotonic()
        answer = self.client.get(f"/dicomweb/federated/studies?{query}")
        taken = time.monotonic() - begun
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.status_code == 200 else [], answer.headers.get("warning", ""), taken


@pytest.fixture(scope="module")
def enterprise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enterprise]:
    folder = tmp_path_factory.mktemp("enterprise")
    with ExitStack() as stack:
        beside = {}
        for number, (name, start) in enumerate(
            {"web": peers.orthanc, "net": peers.orthanc, "tk": peers.dcmqrscp, "six": peers.sixfold}.items(), 1
        ):
            (folder / name).mkdir()
            beside[name] = stack.enter_context(start(folder / name, images(name, number)))
        it = stack.enter_context(running(folder / "first", SIXFOLD_DEMO="0", SIXFOLD_WEB_PROCESSES="1"))
        assert set(send(it.dimse_port, *images("own", 0))) == {0}
        assert set(send(it.dimse_port, image(TWICE, PatientID="7", PatientBirthDate="19700102"))) == {0}
        peers.store(beside["web"], [image(TWICE, 1, PatientID="7", PatientBirthDate="19700201")])
        client = stack.enter_context(it.client())
        for name, peer in beside.items():
            assert client.put(f"/api/viewer/sources/{name}", json=described(name, peer)).status_code == 200
        yield Enterprise(it, client, beside)


def described(name: str, peer: peers.Peer) -> dict[str, Any]:
    """An archive as an administrator describes it."""
    dimse = {"kind": "dimse", "ae_title": peer.ae_title, "host": "127.0.0.1", "port": peer.dimse}
    reach = {"kind": "dicomweb", "url": peer.url} if name in ("web", "six") else dimse
    credential = {"kind": "bearer", "token": peer.token} if peer.token else None
    return {"title": name, "reach": reach, "issuer": name.upper(), "timeout": 5, "credential": credential}


def test_every_archive_answers_a_test(enterprise: Enterprise) -> None:
    for name in enterprise.beside:
        tested = enterprise.client.post(f"/api/viewer/sources/{name}/test").json()
        assert tested["ok"], (name, tested)


def test_the_answer_is_complete_correct_and_joined(enterprise: Enterprise) -> None:
    rows, warning, _ = enterprise.studies()
    assert "missing" not in warning
    by_uid = {row["0020000D"]["Value"][0]: row for row in rows}
    assert set(by_uid) == {EVERYWHERE, TWICE, *(f"{ROOT}.{10 + number}" for number in range(5))}
    assert by_uid[EVERYWHERE]["00201208"]["Value"] == [5]  # as many as the fullest copy has
    assert set(by_uid[EVERYWHERE]["00080054"]["Value"]) >= {"SIXFOLD", "ORTHANC", "QRSCP"}
    for number, name in enumerate(("own", "web", "net", "tk", "six")):
        assert by_uid[f"{ROOT}.{10 + number}"]["00100010"]["Value"] == [{"Alphabetic": f"{name}^Own"}]


def test_the_same_number_of_other_issuers_is_another_patient(enterprise: Enterprise) -> None:
    rows, _, _ = enterprise.studies("PatientID=1")
    issuers = {row["00100021"]["Value"][0] if row.get("00100021", {}).get("Value") else "" for row in rows}
    assert issuers == {"", "WEB", "NET", "TK", "SIX"}
    rows, _, _ = enterprise.studies("PatientID=1&IssuerOfPatientID=TK")
    assert [row["0020000D"]["Value"][0] for row in rows] == [f"{ROOT}.13"]


def test_contradictions_are_shown(enterprise: Enterprise) -> None:
    lines = [json.loads(line) for line in enterprise.client.get("/api/viewer/studies?limit=50").text.splitlines()]
    twice = [line for line in lines if line["kind"] == "study" and line["study_uid"] == TWICE][-1]
    told = {one["attribute"]: {told["value"] for told in one["told"]} for one in twice["conflicts"]}
    assert told["PatientBirthDate"] == {"19700102", "19700201"}
    everywhere = [line for line in lines if line["kind"] == "study" and line["study_uid"] == EVERYWHERE][-1]
    assert {place["source"] for place in everywhere["locations"]} == {"own", "web", "net", "tk", "six"}
    assert everywhere["lead"] == "six"


def test_series_and_instances_of_every_copy(enterprise: Enterprise) -> None:
    series = enterprise.client.get(f"/dicomweb/federated/studies/{EVERYWHERE}/series").json()
    assert [one["0020000E"]["Value"][0] for one in series] == [f"{EVERYWHERE}.1"]
    path = f"/dicomweb/federated/studies/{EVERYWHERE}/series/{EVERYWHERE}.1/instances"
    assert len(enterprise.client.get(path).json()) == 5
    here = enterprise.client.get(f"/dicomweb/studies/{EVERYWHERE}/series/{EVERYWHERE}.1/instances").json()
    assert len(here) == 1


def pixels(enterprise: Enterprise, uid: str) -> list[bytes]:
    """The pixel data of every instance of a study, as the facade gives them."""
    described = enterprise.client.get(f"/dicomweb/federated/studies/{uid}/metadata")
    assert described.status_code == 200, described.text
    links = [one["7FE00010"]["BulkDataURI"] for one in described.json()]
    given = [enterprise.client.get(link, headers={"Accept": "application/octet-stream"}) for link in links]
    assert {one.status_code for one in given} == {200}
    return sorted(one.content for one in given)


@pytest.mark.parametrize(("number", "name"), list(enumerate(("own", "web", "net", "tk", "six"))))
def test_a_study_of_any_archive_is_read_here(enterprise: Enterprise, number: int, name: str) -> None:
    own = images(name, number)[-1]
    assert pixels(enterprise, own.StudyInstanceUID) == [own.PixelData]
    drawn = enterprise.client.get(f"/dicomweb/federated/studies/{own.StudyInstanceUID}/rendered")
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/jpeg")


def test_a_study_that_stands_in_every_archive_is_read_whole(enterprise: Enterprise) -> None:
    held = images("six", 4)[:-1]
    assert pixels(enterprise, EVERYWHERE) == sorted(one.PixelData for one in held)


def test_one_killed_is_named_and_the_answer_comes_in_the_time_of_the_healthy_ones(enterprise: Enterprise) -> None:
    healthy = statistics.median(enterprise.studies(f"StudyDate=-209901{day:02}")[2] for day in range(10, 31))
    process = enterprise.beside["net"].process
    assert process is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    warned, times = [], []
    for day in range(10, 31):
        rows, warning, taken = enterprise.studies(f"StudyDate=-209902{day - 3:02}")
        assert f"{ROOT}.12" not in {row["0020000D"]["Value"][0] for row in rows}
        assert {f"{ROOT}.11", f"{ROOT}.13", f"{ROOT}.14"} <= {row["0020000D"]["Value"][0] for row in rows}
        warned.append(warning)
        times.append(taken)
    assert "4 of 5 archives answered; missing: net (refused)" in warned[0]
    assert all("missing: net (" in warning for warning in warned)
    assert statistics.median(times) <= healthy * 1.1 + 0.01, (healthy, times)


def test_one_that_is_stopped_costs_its_deadline_once_in_a_while_and_never_more(enterprise: Enterprise) -> None:
    process = enterprise.beside["web"].process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    try:
        times = []
        for day in range(1, 7):
            _, warning, taken = enterprise.studies(f"StudyDate=-209903{day:02}")
            assert "web (" in warning
            times.append(taken)
        assert max(times) < 6
        assert min(times[3:]) < 1  # its circuit is open: it is not waited for any more
    finally:
        process.send_signal(signal.SIGCONT)


def test_nothing_of_a_secret_is_in_the_logs_or_the_database(enterprise: Enterprise) -> None:
    token = enterprise.beside["six"].token
    files = [enterprise.it.log, *(path for path in Path(enterprise.it.home).rglob("*") if path.is_file())]
    assert not [path for path in files if token.encode() in path.read_bytes()]
    assert "PatientID=" not in enterprise.it.log.read_text()
