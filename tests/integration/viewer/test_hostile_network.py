"""DIMSE archives that are slow, broken or hostile, and TLS."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.unit.dimse.conftest import House, Street, eventually, serve
from tests.unit.dimse.test_tls import make_identity, server_context
from tests.unit.viewer.rows import study

from sixfold.dicom.encode import encode_data_set
from sixfold.dicom.uids import EXPLICIT_LE
from sixfold.dimse.fakes import FakeArchive
from sixfold.dimse.services import DimseFailure, FindMatch
from sixfold.viewer.model.federation import Dimse, Failure, Found, SourceFailed
from sixfold.viewer.rules.federation.asking import question_of
from sixfold.viewer.service.federation.connectors import Caller
from sixfold.viewer.service.federation.connectors import dimse as module
from sixfold.viewer.service.federation.connectors.dimse import DimseConnector

__all__ = ["serve"]

CALLER = Caller("US", ssl.create_default_context)


def match(number: int = 1, **values: str) -> FindMatch:
    return FindMatch(encode_data_set(study(f"1.2.{number}", **values), EXPLICIT_LE))


def connector(house: House, **values: object) -> DimseConnector:
    reach = Dimse("HOUSE", "127.0.0.1", house.remote.port, **values)  # type: ignore[arg-type]
    return DimseConnector(reach, "H", CALLER)


def ask(made: DimseConnector, seconds: float = 10.0, limit: int = 10, **keys: str) -> Found:
    return made.search(question_of("STUDY", list(keys.items())), limit, time.monotonic() + seconds)


def failure(made: DimseConnector, seconds: float = 10.0) -> SourceFailed:
    with pytest.raises(SourceFailed) as caught:
        ask(made, seconds)
    return caught.value


def test_who_we_are_and_what_we_ask(serve: Street) -> None:
    house = serve(FakeArchive(matches=lambda: iter([match()])))
    assert len(ask(connector(house)).rows) == 1
    assert len(ask(connector(house, calling_ae="OTHER")).rows) == 1
    assert [one.calling_ae for one in house.archive.asked] == ["US", "OTHER"]


def test_a_query_that_found_enough_is_cancelled(serve: Street) -> None:
    given = count()

    def endless() -> Iterator[FindMatch]:
        for number in given:
            yield match(number)
            time.sleep(0.001)

    house = serve(FakeArchive(matches=endless))
    found = ask(connector(house))
    assert (len(found.rows), found.more) == (10, True)
    assert next(given) < 1000
    eventually(lambda: house.metrics.closed == ["released"])


def test_an_archive_that_does_not_stop_is_cut_off_at_the_deadline(serve: Street) -> None:
    def silent() -> Iterator[FindMatch]:
        yield match()
        time.sleep(1.5)

    begun = time.monotonic()
    assert failure(connector(serve(FakeArchive(matches=silent))), 0.4).failure is Failure.TIMED_OUT
    assert time.monotonic() - begun < 1.2


def test_an_answer_that_is_too_long_is_not_kept(serve: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    house = serve(FakeArchive(matches=lambda: (match(number, StudyDescription="x" * 60) for number in count())))
    assert failure(connector(house)).failure is Failure.CUT


def test_a_match_that_is_no_data_set(serve: Street) -> None:
    house = serve(FakeArchive(matches=lambda: iter([FindMatch(b"\x20\x00\x0d\x00UI\xff\xff1.2")])))
    assert failure(connector(house)).failure is Failure.UNREADABLE


def test_refusals(serve: Street) -> None:
    def fails() -> Iterator[FindMatch]:
        raise DimseFailure(0xA700, "no room")
        yield match()

    error = failure(connector(serve(FakeArchive(matches=fails))))
    assert (error.failure, error.alive) == (Failure.REFUSED, True)
    error = failure(connector(serve(FakeArchive(refused_titles=frozenset({"US"})))))
    assert (error.failure, error.alive) == (Failure.REFUSED, False)
    house = serve(FakeArchive(echo_status=0x0110))
    with pytest.raises(SourceFailed):
        connector(house).probe(time.monotonic() + 5)


def raw(answer: bytes, hold: float = 0.0) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(65536)
            peer.sendall(answer)
            time.sleep(hold)

    threading.Thread(target=accept, daemon=True).start()
    with listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    ("answer", "hold", "expected"),
    [
        (b"", 0.0, Failure.CUT),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", 0.0, Failure.UNREADABLE),
        (b"\x02\x00\xff\xff\xff\xff", 0.0, Failure.UNREADABLE),
        (b"", 1.0, Failure.TIMED_OUT),
    ],
)
def test_what_does_not_speak_dicom(answer: bytes, hold: float, expected: Failure) -> None:
    for port in raw(answer, hold):
        made = DimseConnector(Dimse("X", "127.0.0.1", port), "H", CALLER)
        assert failure(made, 0.5).failure in (expected, Failure.CUT)


def test_an_archive_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert failure(DimseConnector(Dimse("X", "127.0.0.1", port), "H", CALLER)).failure is Failure.REFUSED


def test_tls_believes_the_authorities_that_are_named(serve: Street, tmp_path: Path) -> None:
    theirs, strangers = make_identity(tmp_path, "server"), make_identity(tmp_path, "stranger")
    house = serve(FakeArchive(matches=lambda: iter([match()])), tls=server_context(theirs))
    caller = Caller("US", trusting_nobody)
    for authorities, expected in ((theirs, None), (strangers, Failure.REFUSED)):
        reach = Dimse("HOUSE", "127.0.0.1", house.remote.port, tls=True, authorities=authorities.certificate.read_text())
        made = DimseConnector(reach, "H", caller)
        if expected is None:
            assert len(ask(made).rows) == 1
        else:
            assert failure(made).failure is expected


def trusting_nobody() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    return context
