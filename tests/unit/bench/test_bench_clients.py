"""The bench's own DIMSE and HTTP clients, against servers that are not ours."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import pytest
from bench import corpus, dimse
from bench.web import Client, multipart
from pydicom import dcmread
from pynetdicom import AE, evt

STUDY = corpus.study(1)


@pytest.fixture
def storage() -> Iterator[tuple[int, list[Any], list[int]]]:
    """A pynetdicom storage provider: its port, the data sets it took, and the statuses it will answer."""
    taken: list[Any] = []
    statuses: list[int] = []

    def on_store(event: evt.Event) -> int:
        taken.append(event.dataset)
        return statuses.pop() if statuses else 0

    provider = AE("STORE")
    provider.add_supported_context(corpus.CT_IMAGE, corpus.EXPLICIT_LE)
    server = provider.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, on_store)])
    assert server is not None
    yield server.server_address[1], taken, statuses
    server.shutdown()


def test_a_store_arrives_whole_and_is_answered(storage: tuple[int, list[Any], list[int]]) -> None:
    port, taken, _ = storage
    instances = corpus.series_of(corpus.Scanner("CT", 128), 1, 2)
    with dimse.Association("127.0.0.1", port, "STORE", [dimse.Context(corpus.CT_IMAGE)]) as association:
        for instance in instances:
            association.send_store(association.encode_store(instance))
    assert [data.SOPInstanceUID for data in taken] == [instance.uid for instance in instances]
    assert len(taken[0].PixelData) == 128 * 128 * 2


def test_a_streamed_store_equals_one_from_memory(storage: tuple[int, list[Any], list[int]]) -> None:
    port, taken, _ = storage
    scanner = corpus.Scanner("CT", 64)
    whole = scanner.instance(STUDY, 1, 1)
    pieces = [whole.dataset[place : place + 3000] for place in range(0, len(whole.dataset), 3000)]
    with dimse.Association("127.0.0.1", port, "STORE", [dimse.Context(corpus.CT_IMAGE)]) as association:
        association.stream_store(whole.sop_class, whole.uid, pieces[0], iter(pieces[1:]))
    assert taken[0].PixelData == scanner.pixels(1)


def test_a_failure_status_is_refused(storage: tuple[int, list[Any], list[int]]) -> None:
    port, _, statuses = storage
    statuses.append(0xA700)
    instance = corpus.Scanner("CT", 16, full=False).instance(STUDY, 1, 1)
    association = dimse.Association("127.0.0.1", port, "STORE", [dimse.Context(corpus.CT_IMAGE)])
    with pytest.raises(dimse.Refused, match="a700"), association:
        association.send_store(association.encode_store(instance))


def test_the_receiver_takes_what_pynetdicom_sends() -> None:
    count = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def receive() -> None:
            sock, _ = listener.accept()
            with sock, dimse.reader(sock) as stream:
                dimse.accept_association(sock, stream)
                for command in dimse.incoming(stream):
                    sock.sendall(dimse.store_response(command))
                    count.append(command)
                dimse.release(sock)

        receiver = threading.Thread(target=receive)
        receiver.start()
        sender = AE("SEND")
        sender.add_requested_context(corpus.CT_IMAGE, corpus.EXPLICIT_LE)
        association = sender.associate("127.0.0.1", listener.getsockname()[1])
        data = dcmread(BytesIO(corpus.Scanner("CT", 64).instance(STUDY, 1, 1).part10()))
        assert association.send_c_store(data).Status == 0
        association.release()
        receiver.join(5)
    assert len(count) == 1


def test_a_command_set_survives_its_encoding() -> None:
    encoded = dimse.command_set({0x0002: dimse.FIND_STUDY, 0x0100: dimse.FIND_RQ, 0x0800: 1})
    parsed = dimse.parse_command(encoded)
    assert parsed[0x0002].rstrip(b"\0").decode() == dimse.FIND_STUDY
    assert dimse.number_of(parsed, 0x0100) == dimse.FIND_RQ
    assert int.from_bytes(parsed[0], "little") == len(encoded) - 12


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        if self.path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3\r\nabc\r\n10\r\n" + b"d" * 16 + b"\r\n0\r\n\r\n")
        elif self.path == "/until-closed":
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"to the end")
        else:
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"sized")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def web() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def test_bodies_of_every_framing_are_read(web: int) -> None:
    with Client("127.0.0.1", web) as client:
        assert client.get("/sized").body == b"sized"
        assert client.get("/chunked").body == b"abc" + b"d" * 16
        assert client.get("/until-closed").body == b"to the end"
        counted = client.get("/sized", keep=False)
        assert (counted.size, counted.body) == (5, b"")


def test_an_error_status_is_raised(web: int) -> None:
    with Client("127.0.0.1", web) as client, pytest.raises(OSError, match="404"):
        client.get("/missing")


def test_a_multipart_request_keeps_its_parts(web: int) -> None:
    content_type, pieces = multipart([b"one", b"two"])
    assert 'type="application/dicom"' in content_type
    with Client("127.0.0.1", web) as client:
        body = client.post("/", content_type, pieces).body
    assert body.split(b"--bench-boundary")[1:3] == [
        b"\r\nContent-Type: application/dicom\r\n\r\none\r\n",
        b"\r\nContent-Type: application/dicom\r\n\r\ntwo\r\n",
    ]
