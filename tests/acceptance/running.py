"""A running Sixfold, started as its users start it, and ways to talk to it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pydicom.dataset import Dataset
from pynetdicom import AE

AE_TITLE = "SIXFOLD"


def free_port() -> int:
    """A TCP port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Running:
    """A supervisor with its processes over one home folder."""

    home: Path
    http_port: int
    dimse_port: int
    process: subprocess.Popen[str]
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def command(self, *arguments: str, check: bool = True) -> str:
        """Run another `sixfold` command on the same home."""
        line = [sys.executable, "-m", "sixfold.app.cli", *arguments, "--home", str(self.home)]
        done = subprocess.run(line, env=self.environment, capture_output=True, text=True, timeout=120, check=False)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout.strip()

    def client(self, role: str = "administrator") -> httpx.Client:
        """An HTTP client with a token of that role."""
        token = self.command("token", f"test-{role}", "--role", role)
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def children(self, name: str = "") -> list[int]:
        """Process ids of the supervised processes, or of those of one kind."""
        listing = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        lines = [line.split(None, 1) for line in listing.stdout.splitlines()]
        return [int(pid) for pid, args in lines if "sixfold.app.process" in args and args.endswith(name)]

    def stop(self) -> float:
        """Ask it to stop as an operator does; returns the seconds that it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - begun


@contextmanager
def running(home: Path, **environment: str) -> Iterator[Running]:
    """Start `sixfold serve` on free ports and wait until it is ready."""
    ports = free_port(), free_port()
    variables = {key: value for key, value in os.environ.items() if not key.startswith("SIXFOLD_")} | environment
    line = [sys.executable, "-m", "sixfold.app.cli", "serve", "--home", str(home)]
    line += ["--http", f"127.0.0.1:{ports[0]}", "--dimse", f"127.0.0.1:{ports[1]}", "--ae", AE_TITLE]
    with (home.parent / f"{home.name}.log").open("a") as log:
        process = subprocess.Popen(line, env=variables, stderr=log, stdout=log, text=True)
        it = Running(home, *ports, process, variables)
        try:
            _wait_until_ready(it)
            yield it
        finally:
            if process.poll() is None:
                it.stop()


def _wait_until_ready(it: Running, seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert it.process.poll() is None, (it.home.parent / f"{it.home.name}.log").read_text()
        try:
            if httpx.get(f"{it.url}/health/ready", trust_env=False).status_code == 200:
                socket.create_connection(("127.0.0.1", it.dimse_port), 1).close()
                return
        except (httpx.TransportError, OSError):
            pass
        time.sleep(0.1)
    raise AssertionError("not ready in time: " + (it.home.parent / f"{it.home.name}.log").read_text())


def send(port: int, *objects: Dataset, syntax: str = "1.2.840.10008.1.2.1") -> list[int]:
    """C-STORE objects over one association of pynetdicom; returns their statuses."""
    ae = AE(ae_title="TESTER")
    for uid in {item.SOPClassUID for item in objects}:
        ae.add_requested_context(uid, syntax)
    association = ae.associate("127.0.0.1", port, ae_title=AE_TITLE)
    assert association.is_established
    try:
        return [association.send_c_store(_filed(item, syntax)).Status for item in objects]
    finally:
        association.release()


def _filed(data: Dataset, syntax: str) -> Dataset:
    from pydicom.dataset import FileMetaDataset

    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    return data


def value(obj: dict[str, Any], tag: str) -> Any:
    """The first value of a DICOM JSON attribute, None when it is empty or absent."""
    found = obj.get(tag, {}).get("Value") or [None]
    return found[0]


def json_of(response: httpx.Response) -> Any:
    """The body, after proof that the request succeeded."""
    assert response.status_code in (200, 202), f"{response.status_code}: {response.text[:500]}"
    return json.loads(response.content)


__all__ = ["AE_TITLE", "Running", "free_port", "json_of", "running", "send", "value"]
