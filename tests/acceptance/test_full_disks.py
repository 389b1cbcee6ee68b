"""Disks that are really full: senders are told, nothing acknowledged is lost, and with room it goes on (S4, S5)."""

import os
from pathlib import Path

import httpx
import pytest
from pydicom.dataset import Dataset
from tests.acceptance.running import Running, running, send
from tests.acceptance.storm import Storm, check
from tests.disks import make_room, small_disk
from tests.samples import ct, part10
from tests.webs import DICOM_PARTS, FAILED, FAILURE_REASON, body_of

from sixfold.kernel.ids import new_uid

pytestmark = pytest.mark.xdist_group("acceptance")

_MOST = 400
"""Images after which a disk that still takes them was not a small one."""


_STUDY = {"StudyInstanceUID": new_uid(), "SeriesInstanceUID": new_uid(), "PatientID": "FULL"}


def _image(storm: Storm, side: int) -> Dataset:
    made = ct(**_STUDY, Rows=side, Columns=side, PixelData=os.urandom(side * side * 2))
    storm.sent[made.SOPInstanceUID] = made
    return made


def _by_c_store(it: Running, storm: Storm) -> int:
    """Send one image; returns the status."""
    made = _image(storm, 256)
    (status,) = send(it.dimse_port, made)
    if status == 0:
        storm.heard(made.SOPInstanceUID)
    return status


def _by_stow(client: httpx.Client, storm: Storm) -> httpx.Response:
    """Send one image, smaller than those of C-STORE so that there is room to fill yet."""
    made = _image(storm, 64)
    fields = {"Content-Type": DICOM_PARTS, "Accept": "application/dicom+json"}
    answer = client.post("/dicomweb/studies", content=body_of([part10(made)]), headers=fields)
    if answer.status_code == 200:
        storm.heard(made.SOPInstanceUID)
    return answer


def _fill(it: Running, client: httpx.Client, storm: Storm) -> tuple[int, httpx.Response]:
    """Store over both edges until neither takes more; returns the refusals of both."""
    status = next(refused for _ in range(_MOST) if (refused := _by_c_store(it, storm)))
    answer = next(refused for _ in range(_MOST) if (refused := _by_stow(client, storm)).status_code != 200)
    return status, answer


def _goes_on(it: Running, client: httpx.Client, storm: Storm) -> None:
    for _ in range(3):
        assert _by_c_store(it, storm) == 0
        answer = _by_stow(client, storm)
        assert answer.status_code == 200, answer.text


def test_S4_a_full_landing_refuses_what_it_cannot_keep_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    home, storm = tmp_path / "home", Storm()
    with small_disk(home / "landing", "8m"), running(home, SIXFOLD_STABLE_AFTER="3600") as it, it.client() as client:
        status, answer = _fill(it, client, storm)
        assert status & 0xFF00 == 0xA700
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert [item[FAILURE_REASON]["Value"][0] for item in answer.json()[FAILED]["Value"]] == [0xA700]
        assert len(storm.acknowledged) > 20
        check(client, storm)
        refused = set(storm.sent) - storm.acknowledged
        for sop_uid in refused:
            assert client.get("/dicomweb/instances", params={"SOPInstanceUID": sop_uid}).status_code == 204
        make_room(home / "landing", "64m")
        _goes_on(it, client, storm)
        check(client, storm)
        assert "the index in use equals what is stored" in it.compared()


def test_S4_a_full_home_with_its_database_loses_nothing_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    home, storm = tmp_path / "home", Storm()
    with small_disk(home, "24m"), running(home, SIXFOLD_STABLE_AFTER="3600") as it, it.client() as client:
        status, answer = _fill(it, client, storm)
        assert status & 0xFF00 == 0xA700
        assert answer.status_code == 503
        make_room(home, "128m")
        _goes_on(it, client, storm)
        check(client, storm)
        assert "the index in use equals what is stored" in it.compared()
