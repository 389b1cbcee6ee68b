"""Senders that go on sending while processes are killed under them, and what they were told was stored."""

import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
from pydicom.dataset import Dataset
from tests.acceptance.running import AE_TITLE, Running
from tests.samples import ct, data_set, part10
from tests.webs import DICOM_PARTS, body_of

from sixfold.dimse.client import ClientSettings, associate
from sixfold.dimse.fakes import FakeInstance
from sixfold.dimse.instances import Proposal
from sixfold.dimse.services import Remote
from sixfold.kernel.errors import Unavailable
from sixfold.kernel.ids import new_uid

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
_SYNTAX = "1.2.840.10008.1.2.1"
_IN_A_STUDY = 24
_AT_ONCE = 4
_SIDE = 256


@dataclass
class Storm:
    """Data sets by SOP Instance UID: all that were sent, and those of which a success was heard."""

    sent: dict[str, Dataset] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def made(self, lane: int) -> Iterator[list[Dataset]]:
        """Images in fours, of one new study after the other."""
        while not self.over.is_set():
            study, series = new_uid(), new_uid()
            for first in range(0, _IN_A_STUDY, _AT_ONCE):
                images = [_image(study, series, f"STORM{lane}", first + number) for number in range(_AT_ONCE)]
                with self.lock:
                    self.sent |= {image.SOPInstanceUID: image for image in images}
                yield images

    def heard(self, sop_uid: str) -> None:
        """A sender was told that the image is stored."""
        with self.lock:
            self.acknowledged.add(sop_uid)


def _image(study: str, series: str, patient: str, number: int) -> Dataset:
    """A CT large enough that a blow may fall in the midst of it."""
    pixels = os.urandom(_SIDE * _SIDE * 2)
    uids = {"StudyInstanceUID": study, "SeriesInstanceUID": series, "PatientID": patient, "InstanceNumber": str(number)}
    return ct(**uids, Rows=_SIDE, Columns=_SIDE, PixelData=pixels)


@contextmanager
def raging(it: Running, token: str, modalities: int = 3) -> Iterator[Storm]:
    """Modalities that send by C-STORE and one client that sends by STOW-RS, until the block ends."""
    storm = Storm()
    work = [threading.Thread(target=_modality, args=(it, storm, lane)) for lane in range(modalities)]
    work.append(threading.Thread(target=_uploader, args=(it, storm, token)))
    for thread in work:
        thread.start()
    try:
        yield storm
    finally:
        storm.over.set()
        for thread in work:
            thread.join()


def _modality(it: Running, storm: Storm, lane: int) -> None:
    remote = Remote(AE_TITLE, "127.0.0.1", it.dimse_port)
    settings = ClientSettings("MODALITY", network_timeout=10)
    for images in storm.made(lane):
        instances = [FakeInstance(CT_IMAGE, image.SOPInstanceUID, {_SYNTAX: data_set(image)}) for image in images]
        try:
            with associate(remote, [Proposal(CT_IMAGE, (_SYNTAX,))], settings) as association:
                for outcome in association.store(instances):
                    if outcome.status == 0:
                        storm.heard(outcome.instance.sop_instance_uid)
        except Unavailable:  # cut, or nobody listens: what was not heard does not count
            storm.over.wait(0.05)


def _uploader(it: Running, storm: Storm, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": DICOM_PARTS, "Accept": "application/dicom+json"}
    for images in storm.made(99):
        body = body_of([part10(image) for image in images])
        try:
            answer = httpx.post(f"{it.url}/dicomweb/studies", content=body, headers=headers, timeout=20, trust_env=False)
        except httpx.TransportError:
            storm.over.wait(0.05)
            continue
        if answer.status_code in (200, 202):
            for item in answer.json().get("00081199", {}).get("Value", []):
                storm.heard(item["00081155"]["Value"][0])


def wait_at_random(chance: random.Random, most: float = 0.6) -> float:
    """Seconds until the next blow: short ones are the likelier."""
    return most * chance.random() ** 2


def check(client: httpx.Client, storm: Storm) -> None:
    """Prove that all that was acknowledged is found and whole, and that nothing that is found is half."""
    studies = {image.StudyInstanceUID for image in storm.sent.values()}
    found: set[str] = set()
    for study in studies:
        answer = client.get(f"/dicomweb/studies/{study}/instances", params={"limit": 1000})
        if answer.status_code == 200:
            found |= {item["00080018"]["Value"][0] for item in answer.json()}
    assert storm.acknowledged <= found, f"lost: {sorted(storm.acknowledged - found)[:5]}"
    for sop_uid in found:
        image = storm.sent[sop_uid]
        path = f"/dicomweb/studies/{image.StudyInstanceUID}/series/{image.SeriesInstanceUID}/instances/{sop_uid}"
        answer = client.get(path, headers={"Accept": "application/dicom; transfer-syntax=*"})
        assert answer.status_code == 200, (sop_uid, answer.text[:200])
        assert answer.content.endswith(data_set(image)), f"{sop_uid} is not what was sent"


__all__ = ["Storm", "check", "raging", "wait_at_random"]
