"""DICOMweb archives that are slow, broken or hostile: each gets its name, a bounded time and bounded memory."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson
import pytest
from tests.unit.dimse.test_tls import make_identity, server_context
from tests.unit.viewer.rows import study

from sixfold.viewer.model.federation import Anonymous, Basic, Bearer, Credential, Dicomweb, Failure, Found, SourceFailed
from sixfold.viewer.rules.federation.asking import question_of
from sixfold.viewer.service.federation.connectors import dicomweb
from sixfold.viewer.service.federation.connectors.dicomweb import DicomwebConnector

Serve = Callable[[socket.socket, bytes], None]
ROWS = orjson.dumps([study("1.2.3")])


@contextmanager
def serving(serve: Serve, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A web server of one sentence; yields its URL and the requests that came."""
    listener = socket.create_server(("127.0.0.1", 0))
    requests: list[bytes] = []

    def accept() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(peer,), daemon=True).start()

    def answer(peer: socket.socket) -> None:
        with suppress(OSError), peer if tls is None else tls.wrap_socket(peer, server_side=True) as speaking:
            request = speaking.recv(65536)
            requests.append(request)
            serve(speaking, request)

    threading.Thread(target=accept, daemon=True).start()
    try:
        host = "http://127.0.0.1" if tls is None else "https://localhost"
        yield f"{host}:{listener.getsockname()[1]}", requests
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def says(body: bytes, status: str = "200 OK", kind: str = "application/dicom+json", **headers: str) -> Serve:
    def serve(peer: socket.socket, _request: bytes) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        peer.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    return serve


def ask(url: str, seconds: float = 5.0, credential: Credential | None = None, authorities: str = "") -> Found:
    connector = DicomwebConnector(Dicomweb(url, authorities), "H", credential or Anonymous())
    try:
        return connector.search(question_of("STUDY", []), 10, time.monotonic() + seconds)
    finally:
        connector.close()


def failure(serve: Serve, seconds: float = 5.0) -> SourceFailed:
    with serving(serve) as (url, _), pytest.raises(SourceFailed) as caught:
        ask(url, seconds)
    return caught.value


def test_a_good_answer_packed_or_not() -> None:
    for serve in (
        says(ROWS),
        says(gzip.compress(ROWS), Content_Encoding="gzip"),
        says(ROWS, kind="application/json; charset=x"),
    ):
        with serving(serve) as (url, _):
            assert len(ask(url).rows) == 1
    for serve in (says(b"", "204 No Content"), says(b"[]"), says(b" ")):
        with serving(serve) as (url, _):
            assert ask(url) == Found(size=ask(url).size)


@pytest.mark.parametrize(
    ("serve", "expected", "alive"),
    [
        (says(b"", "302 Found", Location="http://127.0.0.1:9/elsewhere"), Failure.REFUSED, False),
        (says(b"", "401 Unauthorized"), Failure.REFUSED, False),
        (says(b"no", "400 Bad Request"), Failure.REFUSED, True),
        (says(b"no", "503 Service Unavailable"), Failure.REFUSED, False),
        (says(b"<html>", kind="text/html"), Failure.UNREADABLE, False),
        (says(b'{"no": "array"}'), Failure.UNREADABLE, False),
        (says(ROWS[:-20]), Failure.UNREADABLE, False),
        (says(b"[" * 100_000), Failure.UNREADABLE, False),
        (says(ROWS, Content_Encoding="br"), Failure.UNREADABLE, False),
        (says(b"not packed", Content_Encoding="gzip"), Failure.UNREADABLE, False),
        (says(gzip.compress(ROWS)[:-9], Content_Encoding="gzip"), Failure.CUT, False),
        (says(gzip.compress(bytes(64 << 20)), Content_Encoding="gzip"), Failure.CUT, False),
    ],
)
def test_what_is_no_answer_is_named(serve: Serve, expected: Failure, alive: bool) -> None:
    error = failure(serve)
    assert (error.failure, error.alive) == (expected, alive)


def test_an_answer_that_breaks_off() -> None:
    def serve(peer: socket.socket, _request: bytes) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\nContent-Length: 1000\r\n\r\n[{")

    assert failure(serve).failure is Failure.CUT
    assert failure(lambda peer, _: None).failure is Failure.CUT
    assert failure(lambda peer, _: peer.sendall(b"SSH-2.0-OpenSSH\r\n")).failure is Failure.CUT


def test_an_answer_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dicomweb, "MOST_BYTES", 1 << 20)
    sent = 0

    def serve(peer: socket.socket, _request: bytes) -> None:
        nonlocal sent
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\n\r\n[")
        while True:
            peer.sendall(b" " * 65536)
            sent += 65536

    assert failure(serve).failure is Failure.CUT
    assert sent < 32 << 20


def test_an_archive_that_drips_is_left_at_the_deadline() -> None:
    def serve(peer: socket.socket, _request: bytes) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\n\r\n[")
        while True:
            peer.sendall(b" ")
            time.sleep(0.05)

    begun = time.monotonic()
    assert failure(serve, 0.5).failure is Failure.TIMED_OUT
    assert time.monotonic() - begun < 1.5


def test_an_archive_that_is_silent_or_not_there() -> None:
    assert failure(lambda peer, _: time.sleep(1), 0.2).failure is Failure.TIMED_OUT
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(SourceFailed) as caught:
        ask(f"http://127.0.0.1:{port}")
    assert caught.value.failure is Failure.REFUSED


@pytest.mark.parametrize(
    ("credential", "header"),
    [(Bearer("word"), b"authorization: bearer word"), (Basic("me", "word"), b"authorization: basic bwu6d29yza==")],
)
def test_the_credential_goes_to_the_archive_and_nowhere_else(credential: Credential, header: bytes) -> None:
    with (
        serving(says(ROWS)) as (elsewhere, there),
        serving(says(b"", "307 Temporary Redirect", Location=elsewhere)) as (url, here),
    ):
        with pytest.raises(SourceFailed):
            ask(url, credential=credential)
    assert header in here[0].lower()
    assert there == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serving(says(ROWS)) as (url, _):
        assert len(ask(url).rows) == 1


def test_what_is_more_than_was_asked_for_is_not_taken() -> None:
    with serving(says(orjson.dumps([study(f"1.2.{number}") for number in range(500)]))) as (url, requests):
        found = ask(url)
        assert (len(found.rows), found.more) == (10, True)
        assert b"limit=11" in requests[0]
    with serving(says(ROWS, Warning="299 archive: there are more")) as (url, _):
        assert ask(url).more


def test_certificates_are_verified(tmp_path: Path) -> None:
    theirs, strangers = make_identity(tmp_path, "server"), make_identity(tmp_path, "stranger")
    with serving(says(ROWS), server_context(theirs)) as (url, requests):
        for authorities in ("", strangers.certificate.read_text()):
            with pytest.raises(SourceFailed) as caught:
                ask(url, credential=Bearer("word"), authorities=authorities)
            assert caught.value.failure is Failure.REFUSED
        assert not any(b"word" in request for request in requests)
        assert len(ask(url, authorities=theirs.certificate.read_text()).rows) == 1
        with pytest.raises(SourceFailed):  # the name counts too
            ask(url.replace("localhost", "127.0.0.1"), authorities=theirs.certificate.read_text())
