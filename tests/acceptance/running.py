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
from dataclasses import dataclass, field
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
    environment: dict[str, str]
    process: subprocess.Popen[str] = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def command(self, *arguments: str, check: bool = True) -> str:
        """Run another `sixfold` command on the same home."""
        line = [sys.executable, "-m", "sixfold.app.cli", *arguments, "--home", str(self.home)]
        done = subprocess.run(line, env=self.environment, capture_output=True, text=True, timeout=120, check=False)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def compared(self) -> str:
        """What `rebuild --check` says once recovery has looked after the landing."""
        deadline = time.monotonic() + 45
        while "equals" not in (told := self.command("rebuild", "--check", check=False)) and time.monotonic() < deadline:
            time.sleep(2)
        return told

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
        return [int(pid) for pid, args in lines if f"sixfold.app.process {name}" in args]

    def start(self) -> None:
        """Start `sixfold serve` and wait until it is ready."""
        line = [sys.executable, "-m", "sixfold.app.cli", "serve", "--home", str(self.home)]
        line += ["--http", f"127.0.0.1:{self.http_port}", "--dimse", f"127.0.0.1:{self.dimse_port}", "--ae", AE_TITLE]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(line, env=self.environment, stderr=log, stdout=log, text=True)
        self.wait_until_ready()

    @property
    def log(self) -> Path:
        """What the supervisor and its processes say."""
        return self.home.parent / f"{self.home.name}.log"

    def wait_until_ready(self, seconds: float = 150) -> None:
        """Wait until the page and the DIMSE port answer."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            try:
                if httpx.get(f"{self.url}/health/ready", trust_env=False).status_code == 200:
                    socket.create_connection(("127.0.0.1", self.dimse_port), 1).close()
                    return
            except (httpx.TransportError, OSError):
                pass
            time.sleep(0.1)
        raise AssertionError("not ready in time: " + self.log.read_text())

    def stop(self) -> float:
        """Ask it to stop as an operator does; returns the seconds that it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - begun


@contextmanager
def running(home: Path, **environment: str) -> Iterator[Running]:
    """Start `sixfold serve` on free ports and wait until it is ready."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith("SIXFOLD_")} | environment
    it = Running(home, free_port(), free_port(), variables)
    try:
        it.start()
        yield it
    finally:
        if it.process.poll() is None:
            it.stop()


def send(port: int, *objects: Dataset, syntax: str = "1.2.840.10008.1.2.1") -> list[int]:
    """C-STORE objects over one association of pynetdicom; returns their statuses."""
    ae = AE(ae_title="TESTER")
    for uid in {item.SOPClassUID for item in objects}:
        ae.add_requested_context(uid, syntax)
    association = ae.associate("127.0.0.1", port, ae_title=AE_TITLE)
    assert association.is_established
    try:
        return [association.send_c_store(filed(item, syntax)).Status for item in objects]
    finally:
        association.release()


def filed(data: Dataset, syntax: str) -> Dataset:
    """The data set with the transfer syntax in which it is to be sent."""
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


__all__ = ["AE_TITLE", "Running", "filed", "free_port", "json_of", "running", "send", "value"]
