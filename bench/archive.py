"""An archive that answers QIDO-RS as slowly as chance wants, for `bench.federation`: `python -m bench.archive NUMBER PORT`.

Every question is `PatientID=N`. `/taken?N` says how many seconds the answer to it took here, from its arrival to its last byte.
"""

import random
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

HOST = "127.0.0.1"
STUDIES = 20
"""Of each archive; every fifth is in all of them."""
SLOW = (0.02, 0.25)
"""Seconds that an archive takes at least and at most."""


class Archive(ThreadingHTTPServer):
    """One archive, and how long its answers took."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, number: int, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.number = number
        self.taken: dict[int, float] = {}

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection, on which small answers are not held back."""
        peer, address = super().get_request()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return peer, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked is gone."""


class _Handler(BaseHTTPRequestHandler):
    """Answers every search with the same studies, of the patient that is asked for."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: Archive

    def parse_request(self) -> bool:
        """Note when a question arrived."""
        self.arrived = time.perf_counter()
        return super().parse_request()

    def do_GET(self) -> None:
        """Wait as long as chance wants, then answer."""
        started, url = self.arrived, urlsplit(self.path)
        if url.path == "/taken":
            return self._send(str(self.server.taken.get(int(url.query), 0.0)).encode())
        question = int(parse_qs(url.query)["00100020"][0])
        body = _rows(self.server.number, question)
        late = random.Random(self.server.number * 1_000_003 + question).uniform(*SLOW) - (time.perf_counter() - started)
        time.sleep(max(0.0, late))
        self._send(body)
        self.server.taken[question] = time.perf_counter() - started
        return None

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/dicom+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the library's name
        """Say nothing."""


def _rows(archive: int, question: int) -> bytes:
    return orjson.dumps([_row(archive, number, question) for number in range(STUDIES)])


def _row(archive: int, number: int, question: int) -> dict[str, Any]:
    everywhere = number % 5 == 0
    told: dict[str, tuple[str, Any]] = {
        "00080020": ("DA", f"2026{number % 12 + 1:02}{archive + 1:02}"),
        "00080050": ("SH", f"A{archive}-{number}"),
        "00080061": ("CS", "CT"),
        "00081030": ("LO", "CT of the chest"),
        "00100010": ("PN", {"Alphabetic": "Every^Where"}),
        "00100020": ("LO", str(question)),
        "00100021": ("LO", "HOUSE"),
        "00100030": ("DA", "19700102"),
        "00100040": ("CS", "F"),
        "0020000D": ("UI", f"1.2.826.0.1.3680043.10.1475.97.{0 if everywhere else archive + 1}.{number}"),
        "00201206": ("IS", 3),
        "00201208": ("IS", 300 + archive),
    }
    return {tag: {"vr": vr, "Value": [value]} for tag, (vr, value) in told.items()}


if __name__ == "__main__":
    Archive(int(sys.argv[1]), int(sys.argv[2])).serve_forever(poll_interval=0.05)
