"""The web application in Debian's Chromium: the tests of `web/e2e`, those against a real server with one of our own."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydicom.dataset import Dataset
from tests.acceptance.enterprise import enterprise_of_two
from tests.acceptance.films import film
from tests.acceptance.pictures import COLUMNS, ROWS, pictures
from tests.acceptance.running import Running, running, send
from tests.samples import ct, part10
from tests.webs import DICOM_PARTS, body_of

_WEB = Path(__file__).resolve().parents[2] / "web"
_CHROMIUM = os.environ.get("SIXFOLD_CHROMIUM", "/usr/bin/chromium")
_PATIENCE = 600
_REAL, _ACCESS, _FOUNDING, _DECISIONS, _PEOPLE, _SORTING = "real", "access", "founding", "decisions", "people", "sorting"
_ENTERPRISE, _PIXELS, _MARKS, _IDENTITY, _READING = "enterprise", "pixels", "marks", "identity", "reading"
_PHONE = "phone"
_OF_A_SERVER = {
    *(_REAL, _ACCESS, _FOUNDING, _DECISIONS, _PEOPLE, _SORTING),
    *(_ENTERPRISE, _PIXELS, _MARKS, _IDENTITY, _READING, _PHONE),
}
"""The files of tests that want a real server; the others start a fake one of their own."""
_FILES = sorted({file.name.removesuffix(".e2e.ts") for file in _WEB.glob("e2e/*.e2e.ts")} - _OF_A_SERVER)


def _missing() -> str:
    """Why a browser cannot be driven here, empty when it can."""
    needed = {
        "Chromium": shutil.which(_CHROMIUM),
        "npm": shutil.which("npm"),
        "web/node_modules": (_WEB / "node_modules").exists(),
        "web/dist": (_WEB / "dist" / "index.html").exists(),
    }
    return ", ".join(name for name, found in needed.items() if not found)


pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("acceptance"),
    pytest.mark.skipif(bool(_missing()), reason=f"not here: {_missing()} (`make setup debian PACKAGES=chromium`)"),
]


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running Sixfold whose demonstration hospital is complete."""
    with running(tmp_path_factory.mktemp("browser") / "home") as it:
        it.command("demo")
        yield it


def _run(line: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run a command in the web folder; returns its status and what it said. One that hangs ends with all that it started."""
    with subprocess.Popen(
        line, cwd=_WEB, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        for patience, blow in ((_PATIENCE, signal.SIGTERM), (20, signal.SIGKILL)):  # at the first, the browser is closed too
            try:
                said, _ = process.communicate(timeout=patience)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, blow)
            else:
                return process.returncode, said
        return -signal.SIGKILL, f"not done after {_PATIENCE} seconds, nor did it let itself be ended"


def _drive(name: str, tmp_path: Path, **environment: str) -> None:
    """Run one file of browser tests; fails with all it said, also when it ran no test or left one out."""
    report = tmp_path / "report.json"
    line = ["npm", "run", "--silent", "e2e", "--", f"e2e/{name}.e2e.ts", "--reporter=default", "--reporter=json"]
    told = {key: value for key, value in os.environ.items() if key != "SIXFOLD_WELCOME"} | environment
    status, said = _run([*line, f"--outputFile.json={report}"], told)
    assert status == 0, said
    counted = json.loads(report.read_text())
    assert 0 < counted["numPassedTests"] == counted["numTotalTests"], said


@pytest.mark.parametrize("name", _FILES)
def test_the_pages_do_what_a_person_does(name: str, tmp_path: Path) -> None:
    _drive(name, tmp_path)


def _drive_real(hospital: Running, name: str, tmp_path: Path, **environment: str) -> None:
    """Run a file of browser tests against a running server; what that said stands beside a failure."""
    try:
        _drive(name, tmp_path, **environment)
    except AssertionError as failure:
        failure.add_note(f"The server said:\n{hospital.log.read_text()[-4000:]}")
        raise


def test_the_first_person_signs_in_and_sees_the_demonstration_hospital(hospital: Running, tmp_path: Path) -> None:
    secret = hospital.log.read_text().split("/#/welcome/")[1].split()[0]
    _drive_real(hospital, _REAL, tmp_path, SIXFOLD_WELCOME=f"{hospital.url}/#/welcome/{secret}")


def test_records_close_and_open_in_an_emergency_and_somebody_reviews_it(hospital: Running, tmp_path: Path) -> None:
    token = hospital.command("token", "browser", "--role", "administrator")
    _drive_real(hospital, _ACCESS, tmp_path, SIXFOLD_URL=hospital.url, SIXFOLD_TOKEN=token)


def test_a_body_is_founded_decides_by_vote_and_takes_it_back(tmp_path: Path) -> None:
    with running(tmp_path / "home") as house:  # one of its own: whoever is seated once cannot be founded again
        token = house.command("token", "browser", "--role", "administrator")
        for name in (_FOUNDING, _DECISIONS):
            _drive_real(house, name, tmp_path, SIXFOLD_URL=house.url, SIXFOLD_TOKEN=token)


def test_what_is_said_of_images_is_kept_and_shown(hospital: Running, tmp_path: Path) -> None:
    token = hospital.command("token", "browser", "--role", "administrator")
    _drive_real(hospital, _MARKS, tmp_path, SIXFOLD_URL=hospital.url, SIXFOLD_TOKEN=token)


@pytest.mark.parametrize("name", [_PEOPLE, _SORTING])
def test_an_administrator_sets_the_house_up(hospital: Running, name: str, tmp_path: Path) -> None:
    token = hospital.command("token", "browser", "--role", "administrator")
    _drive_real(hospital, name, tmp_path, SIXFOLD_URL=hospital.url, SIXFOLD_TOKEN=token)


def test_records_of_one_person_are_found_asked_and_decided(hospital: Running, tmp_path: Path) -> None:
    told = {"PatientBirthDate": "19610412", "PatientSex": "F", "PatientName": "Quillfeather^Eleanor"}
    slip = {"PatientBirthDate": "19740923", "PatientSex": "M"}
    third = {"PatientBirthDate": "19880314", "PatientSex": "F", "PatientName": "Ashdown^Beatrix"}
    named = Dataset()
    named.PatientID, named.IssuerOfPatientID = "C5005", "CITY"
    records: list[dict[str, Any]] = [
        {"PatientID": "C5001", "IssuerOfPatientID": "CITY", **told},
        {"PatientID": "L8001", "IssuerOfPatientID": "LAKE", **told},
        {"PatientID": "C5003", "IssuerOfPatientID": "CITY", "PatientName": "Marchbanks^Tobias", **slip},
        {"PatientID": "L8003", "IssuerOfPatientID": "LAKE", "PatientName": "Marchbanks^Tobais", **slip},
        {"PatientID": "C5005", "IssuerOfPatientID": "CITY", **third},
        {"PatientID": "L8005", "IssuerOfPatientID": "LAKE", "OtherPatientIDsSequence": [named], **third},
    ]
    assert set(send(hospital.dimse_port, *(ct(**one) for one in records))) == {0}
    token = hospital.command("token", "browser", "--role", "administrator")
    _drive_real(hospital, _IDENTITY, tmp_path, SIXFOLD_URL=hospital.url, SIXFOLD_TOKEN=token)


def test_one_view_of_the_patient_over_every_archive(tmp_path: Path) -> None:
    with enterprise_of_two(tmp_path) as (house, environment):
        _drive_real(house, _ENTERPRISE, tmp_path, **environment)


def test_every_pixel_on_the_screen_is_what_the_standard_says(hospital: Running, tmp_path: Path) -> None:
    token = hospital.command("token", "browser", "--role", "administrator")
    shown = list(pictures())
    body = body_of([part10(one.data) for one in shown])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": DICOM_PARTS}
    assert httpx.post(f"{hospital.url}/dicomweb/studies", content=body, headers=headers, timeout=60).status_code == 200
    told = [
        {
            "name": one.name,
            "study": one.data.StudyInstanceUID,
            "rows": ROWS,
            "columns": COLUMNS,
            "seen": one.seen.ravel().tolist(),
        }
        for one in shown
    ]
    (tmp_path / "pictures.json").write_text(json.dumps(told))
    environment = {"SIXFOLD_URL": hospital.url, "SIXFOLD_TOKEN": token, "SIXFOLD_PICTURES": str(tmp_path / "pictures.json")}
    _drive_real(hospital, _PIXELS, tmp_path, **environment)


def test_images_are_read_measured_and_cut_into_planes(hospital: Running, tmp_path: Path) -> None:
    token = hospital.command("token", "browser", "--role", "administrator")
    _drive_real(hospital, _READING, tmp_path, SIXFOLD_URL=hospital.url, SIXFOLD_TOKEN=token)


def test_every_task_is_done_with_one_thumb_on_a_slow_phone(hospital: Running, tmp_path: Path) -> None:
    token = hospital.command("token", "browser", "--role", "administrator")
    data, file = film()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": DICOM_PARTS}
    assert (
        httpx.post(f"{hospital.url}/dicomweb/studies", content=body_of([file]), headers=headers, timeout=60).status_code == 200
    )
    environment = {"SIXFOLD_URL": hospital.url, "SIXFOLD_TOKEN": token, "SIXFOLD_FILM": data.StudyInstanceUID}
    _drive_real(hospital, _PHONE, tmp_path, **environment)
