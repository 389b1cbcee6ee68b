"""The servers under test, started in a folder of their own on free loopback ports and always stopped again."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.web import Client

HOST = "127.0.0.1"
MOVE_TITLE = "BENCHMOVE"
ORTHANC, STORESCP = Path("/usr/sbin/Orthanc"), Path("/usr/bin/storescp")
DICOMWEB_PLUGIN = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"
SIXFOLD = Path(sys.executable).parent / "sixfold"
START_SECONDS = 60.0


@dataclass
class Server:
    """A running peer: where it listens and how to reach its DICOMweb root."""

    name: str
    title: str
    dimse: int
    http: int
    root: str
    folder: Path
    process: subprocess.Popen[bytes]
    command: list[str]
    move_port: int
    headers: dict[str, str] = field(default_factory=dict)

    def client(self) -> Client:
        """A fresh HTTP connection."""
        return Client(HOST, self.http, self.headers)

    @property
    def settle_seconds(self) -> float:
        """How long to wait until background work on what was stored is done."""
        return float(os.environ.get("BENCH_SETTLE_SECONDS", "25"))

    def database_url(self) -> str:
        """Where our index is, as given to the server or by default in its home."""
        return os.environ.get("SIXFOLD_DATABASE_URL", f"sqlite:///{self.folder}/index.sqlite")

    def learn_destination(self) -> None:
        """Make sure that a C-MOVE may name the bench's own storage provider; Orthanc has it in its configuration."""
        if self.name == "sixfold":
            content = json.dumps({"host": HOST, "port": self.move_port}).encode()
            with self.client() as client:
                client.put(f"/api/governance/remotes/{MOVE_TITLE}", "application/json", [content])

    def restart(self) -> None:
        """Stop and start on the same folder, so that nothing is left in the process's own caches."""
        _stop(self.process)
        self.process = _launch(self.command, self.folder)
        _wait(self)


@dataclass(frozen=True, slots=True)
class Peer:
    """A kind of server: how to prepare its folder and command line."""

    name: str
    title: str
    root: str
    prepare: Callable[[Path, int, int, int], list[str]]
    available: Callable[[], bool]
    web: bool = True


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])


def _orthanc(tuned: bool) -> Callable[[Path, int, int, int], list[str]]:
    def prepare(folder: Path, dimse: int, http: int, move: int) -> list[str]:
        settings: dict[str, object] = {
            "Name": "bench",
            "StorageDirectory": str(folder / "storage"),
            "IndexDirectory": str(folder / "storage"),
            "DicomPort": dimse,
            "HttpPort": http,
            "DicomAet": "ORTHANC",
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "DicomAlwaysAllowEcho": True,
            "DicomAlwaysAllowStore": True,
            "DicomAlwaysAllowFind": True,
            "DicomAlwaysAllowGet": True,
            "DicomAlwaysAllowMove": True,
            "DicomModalities": {"bench": [MOVE_TITLE, HOST, move]},
            "Plugins": [DICOMWEB_PLUGIN],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "EnableWado": True},
            "SyncStorageArea": not tuned,
        }
        if tuned:
            settings |= {"MaximumPduLength": 131072, "StorageAccessOnFind": "Answers", "SaveJobs": False}
        config = folder / "orthanc.json"
        config.write_text(json.dumps(settings, indent=1))
        return [str(ORTHANC), str(config)]

    return prepare


def _storescp(folder: Path, dimse: int, _http: int, _move: int) -> list[str]:
    return [str(STORESCP), "--fork", "--output-directory", str(folder), "--accept-all", str(dimse)]


def _sixfold(folder: Path, dimse: int, http: int, _move: int) -> list[str]:
    place = ["--home", str(folder), "--http", f"{HOST}:{http}", "--dimse", f"{HOST}:{dimse}"]
    return [str(SIXFOLD), "serve", *place, "--ae", "SIXFOLD"]


PEERS = {
    peer.name: peer
    for peer in (
        Peer("sixfold", "SIXFOLD", "/dicomweb", _sixfold, SIXFOLD.exists),
        Peer("orthanc", "ORTHANC", "/dicom-web", _orthanc(False), ORTHANC.exists),
        Peer("orthanc-tuned", "ORTHANC", "/dicom-web", _orthanc(True), ORTHANC.exists),
        Peer("storescp", "STORESCP", "", _storescp, STORESCP.exists, web=False),
    )
}


@contextmanager
def running(name: str) -> Iterator[Server]:
    """Run a peer in a fresh folder; its process group is killed and the folder removed at the end."""
    peer = PEERS[name]
    with tempfile.TemporaryDirectory(prefix=f"bench-{name}-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        dimse, http, move = free_port(), free_port(), free_port()
        command = peer.prepare(folder, dimse, http, move)
        process = _launch(command, folder)
        server = Server(name, peer.title, dimse, http if peer.web else 0, peer.root, folder, process, command, move)
        try:
            _wait(server)
            if name == "sixfold":
                server.headers = {"Authorization": f"Bearer {_token(folder)}"}
            yield server
        finally:
            _stop(server.process)


def _launch(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SIXFOLD_DEMO": "0"}
    with (folder / "server.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)


def _token(folder: Path) -> str:
    made = subprocess.run(
        [str(SIXFOLD), "token", "bench", "--role", "administrator", "--home", str(folder)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return made.stdout.split()[-1]


def _wait(server: Server) -> None:
    """Wait until the server answers; raises RuntimeError with the end of its log when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        if _ready(server):
            return
        time.sleep(0.05)
    log = (server.folder / "server.log").read_text(errors="replace")[-2000:]
    raise RuntimeError(f"{server.name} did not start: {log}")


def _ready(server: Server) -> bool:
    try:
        socket.create_connection((HOST, server.dimse), timeout=1).close()
        if server.name == "sixfold":
            Client(HOST, server.http).get("/health/ready", "*/*")
        elif server.http:
            Client(HOST, server.http).get("/system", "*/*")
    except OSError:
        return False
    return True


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign, patience in ((signal.SIGTERM, 15.0), (signal.SIGKILL, 10.0)):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
            break
        except subprocess.TimeoutExpired:
            continue
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
