"""Bodies in and out while the other side is slow, or goes away (S12)."""

import asyncio
import gzip
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sixfold.archive.http import sending
from sixfold.archive.http.body import BodyBroken, Decoder, pump
from sixfold.archive.http.negotiation import UnsupportedMediaType
from sixfold.archive.http.sending import BrokenOff, Pieces
from sixfold.kernel.errors import Damaged


class _Client:
    """The server's side of a connection: takes what is sent, and goes away after `patience` pieces."""

    def __init__(self, patience: int = 1 << 30) -> None:
        self.patience = patience
        self.sent: list[bytes] = []
        self.status = 0
        self.ended = False
        self._gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        self.sent.append(message["body"])
        self.ended = not message["more_body"]
        if len(self.sent) >= self.patience:
            self._gone.set()
        await asyncio.sleep(0)


_LARGE = b"l" * (1 << 20)


def _counted(made: list[int], count: int) -> Iterator[bytes]:
    for number in range(count):
        made.append(number)
        yield _LARGE


def _send(pieces: Iterator[bytes], patience: int = 1 << 30) -> _Client:
    async def run() -> _Client:
        client = _Client(patience)
        with ThreadPoolExecutor(2) as pool:
            await Pieces(pieces, {}, pool)({"path": "/"}, client.receive, client.send)
        return client

    return asyncio.run(run())


def test_every_piece_is_sent_in_order() -> None:
    client = _send(bytes([number]) for number in range(50))
    assert b"".join(client.sent) == bytes(range(50))
    assert client.ended
    assert client.status == 200


def test_S12_a_client_that_goes_away_ends_the_reading() -> None:
    made: list[int] = []
    client = _send(_counted(made, 200), patience=3)
    assert len(made) < 20
    assert not client.ended


def test_a_failure_before_the_first_piece_has_its_own_status() -> None:
    def broken() -> Iterator[bytes]:
        raise Damaged("gone")
        yield b""

    with pytest.raises(Damaged):
        _send(broken())


def test_a_failure_after_the_first_piece_tears_the_answer() -> None:
    def broken() -> Iterator[bytes]:
        yield _LARGE
        raise Damaged("gone")

    with pytest.raises(BrokenOff):
        _send(broken())


def test_small_pieces_go_together_and_large_ones_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_MOMENT", 60.0)
    pieces = [b"a", b"", b"bc", _LARGE, b"d" * 5, b"e", _LARGE, _LARGE, b"f"]
    client = _send(iter(pieces))
    assert [len(piece) for piece in client.sent] == [3, len(_LARGE), 6, len(_LARGE), len(_LARGE), 1, 0]
    assert b"".join(client.sent) == b"".join(pieces)


def test_what_is_made_slowly_is_not_waited_for() -> None:
    def slow() -> Iterator[bytes]:
        for _ in range(3):
            yield b"x"
            time.sleep(0.06)

    client = _send(slow())
    assert b"".join(client.sent) == b"xxx"
    assert len(client.sent) > 2


class _Taken:
    """A consumer that keeps everything."""

    def __init__(self) -> None:
        self.data = b""

    def feed(self, piece: bytes) -> None:
        self.data += piece


def _pump(messages: list[dict[str, Any]], coding: str = "", consumer: Any = None) -> bytes:
    taken = consumer or _Taken()

    async def run() -> None:
        waiting = iter(messages)

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0)
            return next(waiting)

        with ThreadPoolExecutor(2) as pool:
            await pump(receive, Decoder(coding), taken, pool)

    asyncio.run(run())
    return bytes(taken.data)


def _messages(body: bytes, size: int) -> list[dict[str, Any]]:
    starts = range(0, max(1, len(body)), size)
    return [{"type": "http.request", "body": body[at : at + size], "more_body": at + size < len(body)} for at in starts]


@pytest.mark.parametrize("size", [1, 100, 1 << 20])
@pytest.mark.parametrize("coding", ["", "gzip", "deflate"])
def test_S5_a_body_arrives_whole_whatever_its_coding_and_pieces(size: int, coding: str) -> None:
    body = bytes(range(256)) * 8
    coded = {"": body, "gzip": gzip.compress(body), "deflate": zlib.compress(body)}[coding]
    assert _pump(_messages(coded, size), coding) == body


def test_S5_an_empty_body_is_one() -> None:
    assert _pump(_messages(b"", 10)) == b""


def test_S12_a_client_that_goes_away_is_told_to_the_consumer_s_owner() -> None:
    begun = {"type": "http.request", "body": b"x", "more_body": True}
    with pytest.raises(BodyBroken, match="went away"):
        _pump([begun, {"type": "http.disconnect"}])


@pytest.mark.parametrize("body", [b"no gzip at all", gzip.compress(b"x" * 1000, mtime=0)[:-9]], ids=["other bytes", "cut"])
def test_S5_a_damaged_coding_is_told(body: bytes) -> None:
    with pytest.raises(BodyBroken):
        _pump(_messages(body, 10), "gzip")


def test_S5_a_coding_that_nobody_takes_is_415() -> None:
    with pytest.raises(UnsupportedMediaType):
        Decoder("br")


def test_S5_a_bomb_comes_in_bounded_pieces() -> None:
    largest = 0

    class Watch(_Taken):
        def feed(self, piece: bytes) -> None:
            nonlocal largest
            largest = max(largest, len(piece))

    _pump(_messages(gzip.compress(bytes(64 << 20)), 1 << 20), "gzip", Watch())
    assert 0 < largest <= 1 << 20


def test_what_the_consumer_raises_ends_the_reading() -> None:
    class Refuses(_Taken):
        def feed(self, piece: bytes) -> None:
            raise Damaged("no more")

    with pytest.raises(Damaged):
        _pump(_messages(bytes(1000), 10), "", Refuses())
