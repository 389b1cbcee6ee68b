"""Archives of other makers, and another Sixfold, on free ports of loopback with a folder of their own; gone afterwards."""

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydicom.dataset import Dataset
from pynetdicom import AE
from tests.acceptance.running import filed, free_port, running

ORTHANC = Path("/usr/sbin/Orthanc")
ORTHANC_DICOMWEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
DCMQRSCP = Path("/usr/bin/dcmqrscp")
_PATIENCE = 60.0


@dataclass(frozen=True)
class Peer:
    """Where an archive listens: its AE title and port, and the base URL of its DICOMweb, with a token where it asks for one."""

    ae_title: str
    dimse: int
    url: str = ""
    token: str = ""
    process: "subprocess.Popen[bytes] | None" = None


def store(peer: Peer, objects: Sequence[Dataset]) -> None:
    """Send objects by C-STORE."""
    ae = AE(ae_title="TESTER")
    for uid in {item.SOPClassUID for item in objects}:
        ae.add_requested_context(uid, "1.2.840.10008.1.2.1")
    association = ae.associate("127.0.0.1", peer.dimse, ae_title=peer.ae_title)
    assert association.is_established
    try:
        for item in objects:
            assert association.send_c_store(filed(item, "1.2.840.10008.1.2.1")).Status == 0
    finally:
        association.release()


@contextmanager
def orthanc(folder: Path, objects: Sequence[Dataset] = ()) -> Iterator[Peer]:
    """Debian's Orthanc with its DICOMweb; skips where it is not installed."""
    if not ORTHANC.exists() or not ORTHANC_DICOMWEB.exists():
        pytest.skip("Orthanc is not installed")
    http, dimse = free_port(), free_port()
    settings = {
        "Name": "peer", "StorageDirectory": str(folder), "IndexDirectory": str(folder), "DicomPort": dimse, "HttpPort": http,
        "DicomAet": "ORTHANC", "RemoteAccessAllowed": False, "AuthenticationEnabled": False, "DicomAlwaysAllowEcho": True,
        "DicomAlwaysAllowStore": True, "DefaultEncoding": "Utf8", "DicomAlwaysAllowFind": True, "DicomAlwaysAllowGet": True,
        "Plugins": [str(ORTHANC_DICOMWEB)], "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }  # fmt: skip
    config = folder / "orthanc.json"
    config.write_text(json.dumps(settings))

    def ready() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{http}/system", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    with _serving([str(ORTHANC), str(config)], folder, ready) as process:
        peer = Peer("ORTHANC", dimse, f"http://127.0.0.1:{http}/dicom-web", process=process)
        store(peer, objects)
        yield peer


@contextmanager
def dcmqrscp(folder: Path, objects: Sequence[Dataset] = ()) -> Iterator[Peer]:
    """DCMTK's archive; skips where it is not installed."""
    if not DCMQRSCP.exists():
        pytest.skip("DCMTK is not installed")
    port = free_port()
    (folder / "db").mkdir()
    config = folder / "dcmqrscp.cfg"
    lines = [f"NetworkTCPPort = {port}", "MaxPDUSize = 16384", "MaxAssociations = 16", "HostTable BEGIN", "HostTable END"]
    lines += ["VendorTable BEGIN", "VendorTable END", "AETable BEGIN", f"QRSCP {folder / 'db'} RW (200, 1024mb) ANY"]
    config.write_text("\n".join([*lines, "AETable END", ""]))

    def ready() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with _serving([str(DCMQRSCP), "-c", str(config)], folder, ready) as process:
        peer = Peer("QRSCP", port, process=process)
        store(peer, objects)
        yield peer


@contextmanager
def sixfold(folder: Path, objects: Sequence[Dataset] = ()) -> Iterator[Peer]:
    """Another Sixfold."""
    with running(folder / "home", SIXFOLD_DEMO="0", SIXFOLD_WEB_PROCESSES="1") as it:
        token = it.command("token", "peer", "--role", "archive-peer")
        peer = Peer("SIXFOLD", it.dimse_port, f"{it.url}/dicomweb", token)
        store(peer, objects)
        yield peer


@contextmanager
def _serving(command: list[str], folder: Path, ready: Callable[[], bool]) -> Iterator["subprocess.Popen[bytes]"]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    deadline = time.monotonic() + _PATIENCE
    try:
        while not ready():
            assert process.poll() is None, (folder / "log").read_text(errors="replace")[-2000:]
            assert time.monotonic() < deadline, "it did not come up"
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
