"""The main job as its users do it: a modality sends, the archive keeps and seals, a person finds it and sees it."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from tests import servers
from tests.acceptance.running import Running, json_of, running, send, value
from tests.samples import ct, data_set

from sixfold.kernel.ids import new_key

pytestmark = [
    pytest.mark.xdist_group("acceptance"),
    # pynetdicom leaves a socket to the garbage collector when the peer is killed
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

_ALL = 'multipart/related; type="application/dicom"; transfer-syntax=*'


@pytest.fixture(scope="module", params=["embedded", "outgrown"])
def it(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running Sixfold on SQLite and a folder, and one on PostgreSQL and S3."""
    home = tmp_path_factory.mktemp("sixfold") / "home"
    with ExitStack() as stack:
        environment = {"SIXFOLD_STABLE_AFTER": "1"}
        if request.param == "outgrown":
            server, bucket = request.getfixturevalue("postgresql_server"), request.getfixturevalue("s3_server")
            environment["SIXFOLD_DATABASE_URL"] = stack.enter_context(servers.new_database(server))
            environment["SIXFOLD_OBJECTS_URL"] = bucket.replace("?", f"/{new_key()}?")
        yield stack.enter_context(running(home, **environment))


def test_what_a_modality_sends_is_found_and_comes_back_byte_for_byte(it: Running) -> None:
    objects = [ct(PatientID="MAIN", InstanceNumber=str(number)) for number in (1, 2, 3)]
    for item in objects[1:]:
        item.StudyInstanceUID, item.SeriesInstanceUID = objects[0].StudyInstanceUID, objects[0].SeriesInstanceUID
    assert send(it.dimse_port, *objects) == [0, 0, 0]
    with it.client() as client:
        (study,) = json_of(client.get("/dicomweb/studies", params={"PatientID": "MAIN"}))
        assert value(study, "00201208") == 3
        assert value(study, "0020000D") == objects[0].StudyInstanceUID
        before = _instance(client, objects[0])
        assert data_set(objects[0]) in before
        assert _sealed(client, objects[0].StudyInstanceUID), "the series was not sealed in time"
        assert data_set(objects[0]) in _instance(client, objects[0])
        path = f"/dicomweb/studies/{objects[0].StudyInstanceUID}"
        numbers = [value(item, "00200013") for item in json_of(client.get(f"{path}/metadata"))]
        assert numbers == [1, 2, 3]
        picture = client.get(f"{path}/thumbnail", headers={"Accept": "image/png"})
        assert picture.status_code == 200
        assert picture.content.startswith(b"\x89PNG")
    assert "the index in use equals what is stored" in it.command("rebuild", "--check")


def _instance(client: httpx.Client, data: object) -> bytes:
    uids = f"{data.StudyInstanceUID}/series/{data.SeriesInstanceUID}/instances/{data.SOPInstanceUID}"  # type: ignore[attr-defined]
    response = client.get(f"/dicomweb/studies/{uids}", headers={"Accept": _ALL})
    assert response.status_code == 200
    return response.content


def _sealed(client: httpx.Client, study_uid: str) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        told = json_of(client.get("/api/events", params={"after": 0, "limit": 500}))
        events = told["events"] if isinstance(told, dict) else told
        if any(event["kind"] == "study.stable" and event["subject"] == study_uid for event in events):
            return True
        time.sleep(0.2)
    return False


def test_nobody_gets_in_without_a_token(it: Running) -> None:
    for path in ("/dicomweb/studies", "/api/studies", "/metrics", "/api/events", "/api/status"):
        assert httpx.get(it.url + path, trust_env=False).status_code == 401
    with it.client("uploader") as client:
        assert client.get("/dicomweb/studies").status_code == 403


def test_a_person_signs_in_by_the_first_link_once(it: Running) -> None:
    secret = it.log.read_text().split("/#/welcome/")[1].split()[0]
    account = {"secret": secret, "name": "ada", "display_name": "Ada", "password": "a long enough password"}
    with httpx.Client(base_url=it.url, trust_env=False) as client:
        ours = {"X-Sixfold-Request": "1"}
        assert client.post("/api/session/link", json=account, headers=ours).status_code in (200, 201)
        assert client.get("/api/session").json()["display_name"] == "Ada"
        assert client.get("/dicomweb/studies").status_code in (200, 204)  # 204 while nothing is stored
    with httpx.Client(base_url=it.url, trust_env=False) as other:
        assert other.post("/api/session/link", json=account | {"name": "eve"}, headers=ours).status_code == 403


def test_it_stops_within_five_seconds_with_open_transfers(tmp_path: Path) -> None:
    with running(tmp_path / "home") as made:
        sender = subprocess.Popen(
            ["sh", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{made.dimse_port}; sleep 30"], executable="/bin/bash"
        )
        time.sleep(0.5)
        assert made.stop() < 5
        sender.kill()
        sender.wait()
