"""Clients that go away in the middle of what they asked for: nothing hangs, nothing is kept for them (S12)."""

import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.acceptance.running import Running, running
from tests.samples import ct, part10
from tests.webs import DICOM_PARTS, body_of

pytestmark = pytest.mark.xdist_group("acceptance")

_STORED = 'multipart/related; type="application/dicom"; transfer-syntax=*'
_LEAVING = 20
_ROUNDS = 6


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running Sixfold of its own."""
    with running(tmp_path_factory.mktemp("leaving") / "home") as made:
        yield made


def _threads(it: Running) -> int:
    return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in it.children("web"))


def _files(it: Running) -> int:
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in it.children("web"))


def _ask_and_leave(it: Running, request: bytes, *, reset: bool) -> None:
    """Send a request, read the beginning of its answer if there is one, and go."""
    with socket.create_connection(("127.0.0.1", it.http_port), 10) as connection:
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(request)
        connection.settimeout(0.2)
        try:
            connection.recv(4_000)
        except TimeoutError:
            return


def _head(client: httpx.Client, method: str, path: str, fields: str) -> bytes:
    token = client.headers["Authorization"]
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n{fields}\r\n".encode()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads by /proc")
def test_S12_clients_that_leave_in_mid_retrieve_or_mid_store_hold_nothing(it: Running) -> None:
    data = ct(Rows=2048, Columns=2048, NumberOfFrames="8", PixelData=bytes(2048 * 2048 * 2 * 8))
    with it.client() as client:
        body = body_of([part10(data)])
        fields = {"Content-Type": DICOM_PARTS, "Accept": "application/dicom+json"}
        assert client.post("/dicomweb/studies", content=body, headers=fields).status_code == 200
        path = f"/dicomweb/studies/{data.StudyInstanceUID}"
        retrieve = _head(client, "GET", path, f"Accept: {_STORED}\r\n")
        store = _head(client, "POST", "/dicomweb/studies", f"Content-Type: {DICOM_PARTS}\r\nContent-Length: {len(body)}\r\n")
        _rounds_until_nothing_more_is_held(it, (retrieve, store + body[:100_000]))
        begun = time.monotonic()
        assert len(client.get(path, headers={"Accept": _STORED}).content) > len(data.PixelData)
        assert time.monotonic() - begun < 20


def _rounds_until_nothing_more_is_held(it: Running, requests: tuple[bytes, ...]) -> None:
    """Pools of threads grow to their size in some round; what leaving clients hold grows in each, by half of them or more."""
    grown = []
    for _ in range(_ROUNDS):
        threads, files = _threads(it), _files(it)
        for request in requests:
            for number in range(_LEAVING):
                _ask_and_leave(it, request, reset=number % 2 == 0)
        if _eventually_at_most(it, threads + _LEAVING // 4, files + _LEAVING // 4):
            return
        grown.append(f"{threads} threads became {_threads(it)}, {files} files {_files(it)}")
    pytest.fail(f"every round of {_LEAVING} leaving clients held more: {'; '.join(grown)}")


def _eventually_at_most(it: Running, threads: int, files: int) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if _threads(it) <= threads and _files(it) <= files:
            return True
        time.sleep(0.2)
    return False
